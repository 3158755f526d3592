/** Where controllers reach this gateway. From configuration or the bound address, never from a Host header. */
export class PublicUrl {
  #url = '';

  set(url: string): void {
    this.#url = url;
  }

  /** Address of the session endpoint, `ws:` or `wss:`. */
  get session(): string {
    return `${this.#url.replace(/^http/, 'ws')}/device/v1/session`;
  }
}
