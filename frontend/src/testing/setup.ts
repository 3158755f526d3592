// jsdom has no modal dialogs: the methods that the console calls, as far as tests look at them.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};

// jsdom draws nothing: texts are then measured by a guess.
HTMLCanvasElement.prototype.getContext = () => null;
