import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { type NonceSearch, searchNonce } from '@ply/mining'
import { type BlockHeader, encodeHeader } from '@ply/primitives'
import { locateWorker, WorkerPool } from '@ply/runtime'
import type { NonceAnswer, NonceRequest } from './nonceWorker.ts'

export interface NonceFinderOptions {
  /** Threads; as many as the machine runs at once unless given. None searches in this thread. */
  readonly workers?: number
  /** The worker's script, where it does not lie where a build puts it. */
  readonly entry?: URL
}

const NONCES = 2 ** 32
/** Hashes between two looks at what else this thread has to do. */
const TRIES_PER_TURN = 50_000
/** Hashes after which a target counts as hard. On regtest two are enough; these take some 30 ms. */
const TRIES_HERE = 100_000
/** Hashes that a thread is asked for at once: what goes on for nothing when another one found the nonce. */
const TRIES_PER_BATCH = 2 ** 17
/** Batches for each thread: one that it works on, and one that waits. */
const BATCHES_PER_WORKER = 2

/** Searches for nonces: for easy targets at once in this thread, for hard ones in as many as the machine has cores. */
export class NonceFinder {
  readonly #workers: number
  readonly #pool: WorkerPool<NonceRequest, NonceAnswer> | undefined

  constructor({ workers = availableParallelism(), entry }: NonceFinderOptions = {}) {
    const script = entry ?? locateWorker('nonceWorker', import.meta.url)
    this.#workers = workers
    this.#pool = script && workers > 0 ? new WorkerPool({ entry: script, workers }) : undefined
  }

  /**
   * Tries at most `tries` nonces from `header.nonce` on, and finds the lowest that will do, whoever finds it. Ends
   * soon after `signal` is aborted, without one.
   */
  async find(header: BlockHeader, tries: number, signal: AbortSignal): Promise<NonceSearch> {
    const here = await searchHere(header, Math.min(tries, TRIES_HERE), signal)
    const left = tries - here.tries
    if (here.found || here.nextNonce === undefined || left <= 0 || signal.aborted) return here
    const rest = { ...header, nonce: here.nextNonce }
    const search = await (this.#pool?.usable
      ? this.#searchInThreads(rest, left, signal)
      : searchHere(rest, left, signal))
    return { ...search, tries: here.tries + search.tries }
  }

  /** One batch by a thread; by this one if the thread dies. */
  async #searchBatch(header: BlockHeader, tries: number, signal: AbortSignal): Promise<NonceSearch> {
    try {
      const { nonce } = await this.#pool!.run({ message: { header: encodeHeader(header), tries }, transfer: [] })
      if (nonce !== undefined) return { found: true, header: { ...header, nonce }, tries: nonce - header.nonce + 1 }
      return { found: false, nextNonce: nextAfter(header.nonce + tries), tries }
    } catch {
      return searchHere(header, tries, signal)
    }
  }

  async #searchInThreads(header: BlockHeader, tries: number, signal: AbortSignal): Promise<NonceSearch> {
    const end = Math.min(NONCES, header.nonce + tries)
    const batches: Promise<NonceSearch>[] = []
    let next = header.nonce
    let done = header.nonce
    const aborted = onceAborted(signal)
    try {
      for (;;) {
        for (; batches.length < this.#workers * BATCHES_PER_WORKER && next < end; next += TRIES_PER_BATCH) {
          const size = Math.min(TRIES_PER_BATCH, end - next)
          batches.push(this.#searchBatch({ ...header, nonce: next }, size, signal))
        }
        const first = batches.shift()
        const search = first && (await Promise.race([first, aborted.promise]))
        if (!search) return { found: false, nextNonce: nextAfter(done), tries: done - header.nonce }
        if (search.found) return { ...search, tries: search.header.nonce - header.nonce + 1 }
        done += search.tries
      }
    } finally {
      aborted.forget()
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#pool?.close()
  }
}

const nextAfter = (end: number): number | undefined => (end < NONCES ? end : undefined)

/** In this thread, with a pause now and then in which others get their turn. */
async function searchHere(header: BlockHeader, tries: number, signal: AbortSignal): Promise<NonceSearch> {
  let { nonce } = header
  for (;;) {
    const left = header.nonce + tries - nonce
    const search = searchNonce({ ...header, nonce }, Math.min(left, TRIES_PER_TURN))
    const all = { ...search, tries: nonce - header.nonce + search.tries }
    if (search.found || search.nextNonce === undefined || search.tries >= left || signal.aborted) return all
    nonce = search.nextNonce
    await setImmediate()
  }
}

/** A promise that resolves when `signal` is aborted, until it is forgotten. */
function onceAborted(signal: AbortSignal): { readonly promise: Promise<undefined>; forget(): void } {
  let forget = (): void => undefined
  const promise = new Promise<undefined>((resolve) => {
    if (signal.aborted) return resolve(undefined)
    const listener = (): void => resolve(undefined)
    signal.addEventListener('abort', listener, { once: true })
    forget = () => signal.removeEventListener('abort', listener)
  })
  return { promise, forget: () => forget() }
}
