import type { Socket } from 'node:net'

/** Requests of one connection that may wait for those before them. */
const MAX_WAITING = 100

interface Line {
  last: Promise<void>
  waiting: number
}

/** Answers the requests of a connection one after another, although a client may send the next before it has an answer. */
export class Turns {
  readonly #lines = new WeakMap<Socket, Line>()

  /**
   * Runs `task`, which never rejects, after those of the same connection that came before. A client that asks for too
   * much is cut off.
   */
  run(socket: Socket, task: () => Promise<void>): void {
    const line = this.#lines.get(socket) ?? { last: Promise.resolve(), waiting: 0 }
    this.#lines.set(socket, line)
    if (line.waiting > MAX_WAITING) {
      socket.destroy()
      return
    }
    const turn = line.waiting++ === 0 ? task() : line.last.then(task)
    line.last = turn.then(() => {
      line.waiting--
    })
  }
}
