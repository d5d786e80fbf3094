import { availableParallelism } from 'node:os'
import type { VerificationSettings } from '@ply/layer1-node'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const MEBIBYTE = 2 ** 20
const MAX_SIGNATURE_THREADS = 15
const MAX_COIN_READERS = 16

/** Threads beside the main one, which counts too: `-par=1` means that one alone, `-par=-n` all processors but n. */
function readSignatureThreads(par: number): number {
  const all = par < 0 ? availableParallelism() + par : par
  return Math.max(0, Math.min(all - 1, MAX_SIGNATURE_THREADS))
}

function readCoinReaders(settings: Settings): number | undefined {
  const threads = settings.integer('prevoutfetchthreads')
  if (threads === undefined) return undefined
  if (threads < 0) {
    throw new OptionError(
      `-prevoutfetchthreads must be non-negative (got ${threads}). Use 0 to disable parallel input fetching.`,
    )
  }
  return Math.max(1, Math.min(threads, MAX_COIN_READERS))
}

/** Without a value, after each time; 0 for never. */
function readChecks(settings: Settings): Pick<VerificationSettings, 'checkIndexEvery' | 'checkMempoolEvery'> {
  const every = (name: string): number => (settings.text(name) === '' ? 1 : (settings.integer(name) ?? 0))
  const [index, mempool] = [every('checkblockindex'), every('checkmempool')]
  return { ...(index > 0 && { checkIndexEvery: index }), ...(mempool > 0 && { checkMempoolEvery: mempool }) }
}

/** How much of the machine goes into verification. */
export function readVerificationOptions(settings: Settings): VerificationSettings {
  const par = settings.integer('par') ?? 0
  const mebibytes = settings.integer('maxsigcachesize')
  const coinReaders = readCoinReaders(settings)
  return {
    // Without a wish, the node's own choice.
    ...(par !== 0 && { signatureThreads: readSignatureThreads(par) }),
    ...(mebibytes !== undefined && { scriptCacheBytes: Math.max(0, mebibytes) * MEBIBYTE }),
    ...(coinReaders !== undefined && { coinReaders }),
    ...readChecks(settings),
  }
}
