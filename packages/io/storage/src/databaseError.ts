/** A database cannot be opened or read. The message is Bitcoin Core's, with LevelDB's words. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  constructor(cause: Error) {
    super(`Fatal LevelDB error: ${cause.message}`, { cause })
  }
}
