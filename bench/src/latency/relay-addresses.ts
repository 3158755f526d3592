/** Where the relay listens. */
export interface RelayAddresses {
  controllers: string;
  consoles: string;
}
