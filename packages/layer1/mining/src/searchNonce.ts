import { bigintToBytesLE } from '@ply/bytes'
import { decodeCompact } from '@ply/consensus'
import type { BlockHeader } from '@ply/primitives'
import { HeaderHasher, swap, wordsBE } from './headerHasher.ts'
import { createNonceKernel, type NonceKernel } from './wasm/nonceKernel.ts'

/** How a bounded search ended. */
export type NonceSearch =
  | { readonly found: true; readonly header: BlockHeader; readonly tries: number }
  /** `nextNonce` is undefined once all nonces were tried: time for another merkle root or time. */
  | { readonly found: false; readonly nextNonce: number | undefined; readonly tries: number }

const NONCES = 2 ** 32
/** Nonces tried before the kernel is set up: on regtest that is as a rule more than a block needs. */
const FIRST_TRIES = 32
/** Groups of nonces per call, so that an engine that compiled in haste can go over to better code between two. */
const GROUPS_PER_CALL = 2048

/** True if the hash, read as a little-endian number, is not above the target (eight words, least first). */
function meetsTarget(hash: Int32Array, target: Uint32Array): boolean {
  for (let i = 7; i >= 0; i--) {
    const word = swap(hash[i]!) >>> 0
    if (word !== target[i]!) return word < target[i]!
  }
  return true
}

let shared: { readonly kernel: NonceKernel | undefined } | undefined

/** Made when first needed; one serves all searches of a thread. */
function sharedKernel(): NonceKernel | undefined {
  shared ??= { kernel: createNonceKernel() }
  return shared.kernel
}

/** What a search looks for and where: nonces from `from` up to, and without, `end`. */
interface Range {
  readonly hasher: HeaderHasher
  readonly target: Uint32Array
  readonly from: number
  readonly end: number
}

function searchPlainly({ hasher, target, from, end }: Range): number | undefined {
  for (let nonce = from; nonce < end; nonce++) {
    hasher.hash(nonce)
    if (meetsTarget(hasher.state, target)) return nonce
  }
  return undefined
}

function searchWithKernel(kernel: NonceKernel, range: Range): number | undefined {
  const { hasher, target, end } = range
  const { lanes } = kernel
  kernel.setHeader(hasher, target[7]! | 0)
  let nonce = range.from
  while (nonce + lanes <= end) {
    const groups = Math.min(GROUPS_PER_CALL, Math.floor((end - nonce) / lanes))
    const passed = kernel.search(nonce, groups)
    nonce += passed * lanes
    if (passed === groups) continue
    // The kernel looks at one word of the hash; the last word on a candidate is said here.
    const found = searchPlainly({ ...range, from: nonce, end: nonce + lanes })
    if (found !== undefined) return found
    nonce += lanes
  }
  return searchPlainly({ ...range, from: nonce })
}

/**
 * Tries at most `tries` nonces from `header.nonce` on for one whose hash meets the header's own target. Bounded, so that
 * a shell can do other things in between, and go on at `nextNonce`. `kernel` is that of the thread unless given; without
 * one the search is plain JavaScript.
 */
export function searchNonce(header: BlockHeader, tries: number, kernel?: NonceKernel | 'none'): NonceSearch {
  const { target: limit, negative, overflow } = decodeCompact(header.bits)
  // A target that no valid header can have is met by nothing.
  if (negative || overflow || limit === 0n) return { found: false, nextNonce: undefined, tries: 0 }
  const target = Uint32Array.from(wordsBE(bigintToBytesLE(limit, 32)), (word) => swap(word) >>> 0)
  const end = Math.min(NONCES, header.nonce + tries)
  const range = { hasher: new HeaderHasher(header), target, from: header.nonce, end }
  const plainEnd = Math.min(end, header.nonce + FIRST_TRIES)
  let nonce = searchPlainly({ ...range, end: plainEnd })
  if (nonce === undefined && plainEnd < end) {
    const rest = { ...range, from: plainEnd }
    const chosen = kernel === 'none' ? undefined : (kernel ?? sharedKernel())
    nonce = chosen ? searchWithKernel(chosen, rest) : searchPlainly(rest)
  }
  if (nonce !== undefined) return { found: true, header: { ...header, nonce }, tries: nonce - header.nonce + 1 }
  return { found: false, nextNonce: end < NONCES ? end : undefined, tries: end - header.nonce }
}
