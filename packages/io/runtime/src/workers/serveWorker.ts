import { parentPort } from 'node:worker_threads'
import type { Handover, WorkerReply, WorkerRequest } from './protocol.ts'

/** Makes this thread a worker of a pool: answers each request with what `answer` makes of it. */
export function serveWorker<Request, Answer>(answer: (request: Request) => Handover<Answer>): void {
  const port = parentPort
  if (!port) throw new Error('serveWorker runs in a worker thread only')
  port.on('message', ({ id, request }: WorkerRequest<Request>) => {
    try {
      const { message, transfer } = answer(request)
      port.postMessage({ id, answer: message } satisfies WorkerReply<Answer>, transfer)
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error)
      port.postMessage({ id, failure } satisfies WorkerReply<Answer>)
    }
  })
}
