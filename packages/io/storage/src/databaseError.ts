/** A database cannot be opened or read. The message is Bitcoin Core's, around LevelDB's words. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  constructor(status: string, options?: ErrorOptions) {
    super(`Fatal LevelDB error: ${status}`, options)
  }
}
