/** How Tor is asked for an onion service, and for the way into Tor. */
export interface TorSettings {
  /** `host:port` of its control port. */
  readonly control: string
  /** Empty for none. */
  readonly password: string
  /** `host:port` that the service leads to. */
  readonly target: string
  /** Peers in Tor are reached by the proxy that Tor tells of. */
  readonly takesProxy: boolean
}
