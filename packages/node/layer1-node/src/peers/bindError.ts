/** Peers cannot be accepted at an address. The words are Bitcoin Core's. */
export class BindError extends Error {
  override readonly name = 'BindError'

  constructor(address: string, cause: unknown) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE' ? '. Bitcoin Core is probably already running.' : ` (bind returned error ${String(code)})`
    super(`Unable to bind to ${address} on this computer${why}`, { cause })
  }
}
