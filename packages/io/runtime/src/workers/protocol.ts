import type { Transferable } from 'node:worker_threads'

/** What goes to a worker. */
export interface WorkerRequest<Request> {
  readonly id: number
  readonly request: Request
}

/** What comes back; `failure` in place of an answer where the worker's function threw. */
export type WorkerReply<Answer> =
  { readonly id: number; readonly answer: Answer } | { readonly id: number; readonly failure: string }

/** A message and the buffers in it that change hands instead of being copied. */
export interface Handover<Message> {
  readonly message: Message
  readonly transfer: readonly Transferable[]
}
