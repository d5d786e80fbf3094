/** Another process holds the folder. The message is Bitcoin Core's. */
export class LockError extends Error {
  override readonly name = 'LockError'
  readonly folder: string
  constructor(folder: string, program = 'Ply') {
    super(`Cannot obtain a lock on directory ${folder}. ${program} is probably already running.`)
    this.folder = folder
  }
}
