import type { Result } from '@ply/bytes'
import type { CommandError, CommandResult, RequestId } from '@ply/lightning'

type Answer = Result<CommandResult, CommandError>

/** Commands that wait for their reply. */
export class Requests {
  readonly #waiting = new Map<RequestId, { resolve(answer: Answer): void; reject(error: Error): void }>()
  #next = 1

  open(): { readonly requestId: RequestId; readonly answer: Promise<Answer> } {
    const requestId = `${this.#next++}`
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(requestId, { resolve, reject }))
    return { requestId, answer }
  }

  reply(requestId: RequestId, answer: Answer): void {
    this.#waiting.get(requestId)?.resolve(answer)
    this.#waiting.delete(requestId)
  }

  /** No more replies will come. */
  close(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason))
    this.#waiting.clear()
  }
}
