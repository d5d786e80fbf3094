import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Handover, WorkerReply, WorkerRequest } from './protocol.ts'

export interface WorkerPoolOptions {
  /** The script that each thread runs; it calls `serveWorker`. */
  readonly entry: URL
  /** Threads; as many as the machine runs at once unless given. */
  readonly workers?: number
}

/** Who waits for an answer. */
interface Task<Answer> {
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** One thread and what it was asked. */
interface Seat<Answer> {
  readonly worker: Worker
  readonly tasks: Map<number, Task<Answer>>
}

/**
 * Threads that run one function over many requests. They start with the first request and keep no process alive while
 * they have nothing to do. A thread that dies takes its requests with it (they reject) and is not replaced: a caller
 * that can do the work itself does it then.
 */
export class WorkerPool<Request, Answer> {
  readonly #entry: URL
  readonly #size: number
  #seats: Seat<Answer>[] | undefined
  #nextId = 0
  #closed = false

  constructor({ entry, workers = availableParallelism() }: WorkerPoolOptions) {
    this.#entry = entry
    this.#size = workers
  }

  /** False once no thread is left that could answer. */
  get usable(): boolean {
    return !this.#closed && this.#size > 0 && this.#seats?.length !== 0
  }

  /**
   * Asks the thread with the fewest requests, at once: a thread that waits for more could wait long for this one to be
   * free to send it. Rejects where its function throws, the thread dies, or the pool is closed.
   */
  run({ message, transfer }: Handover<Request>): Promise<Answer> {
    if (!this.usable) return Promise.reject(new Error('the worker pool has no worker'))
    this.#seats ??= Array.from({ length: this.#size }, () => this.#seat())
    const seat = this.#seats.reduce((best, each) => (each.tasks.size < best.tasks.size ? each : best))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      seat.tasks.set(id, { resolve, reject })
      seat.worker.ref()
      seat.worker.postMessage({ id, request: message } satisfies WorkerRequest<Request>, transfer)
    })
  }

  /** Ends the threads; what is under way rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const seats = this.#seats ?? []
    await Promise.all(seats.map(({ worker }) => worker.terminate()))
  }

  #seat(): Seat<Answer> {
    const seat: Seat<Answer> = { worker: new Worker(this.#entry), tasks: new Map() }
    seat.worker.unref()
    seat.worker.on('message', (reply: WorkerReply<Answer>) => {
      this.#settle(seat, reply)
    })
    seat.worker.on('error', (error: Error) => {
      this.#vacate(seat, error)
    })
    seat.worker.on('exit', () => {
      this.#vacate(seat, new Error('the worker ended'))
    })
    return seat
  }

  #settle(seat: Seat<Answer>, reply: WorkerReply<Answer>): void {
    const task = seat.tasks.get(reply.id)
    seat.tasks.delete(reply.id)
    if (seat.tasks.size === 0) seat.worker.unref()
    if ('answer' in reply) task?.resolve(reply.answer)
    else task?.reject(new Error(reply.failure))
  }

  #vacate(seat: Seat<Answer>, error: Error): void {
    this.#seats = this.#seats?.filter((other) => other !== seat) ?? []
    for (const task of seat.tasks.values()) task.reject(error)
    seat.tasks.clear()
  }
}
