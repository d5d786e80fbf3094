import { type BlockHash, decodeDisplayHash, type Txid } from '@ply/primitives'
import type { BlockNode } from '@ply/chain'
import type { Layer1Node } from '../layer1Node.ts'
import { RestError, type RestRequest } from './reply.ts'

const MAX_HEADERS = 2000

/** A hash as people write it. */
export function readHash(text: string): Txid & BlockHash {
  const hash = decodeDisplayHash(text)
  if (!hash.ok) throw new RestError(400, `Invalid hash: ${text}`)
  return hash.value as Txid & BlockHash
}

/** A known block. */
export function findBlock({ chain }: Layer1Node, text: string): BlockNode {
  const node = chain.find(readHash(text))
  if (!node) throw new RestError(404, `${text} not found`)
  return node
}

/** A decimal number that a C `size_t` holds; undefined for anything else. */
export const readSize = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** How many headers are wanted: 1 to 2000. */
function readCount(text: string): number {
  const count = readSize(text)
  if (count === undefined || count < 1 || count > MAX_HEADERS) {
    throw new RestError(400, `Header count is invalid or out of acceptable range (1-${MAX_HEADERS}): ${text}`)
  }
  return count
}

/**
 * Blocks of the active chain from `<hash>?count=<count>` on, or from the older form `<count>/<hash>`; none where the
 * block is not in it. `usage` is the path to explain.
 */
export function readActiveBlocks(
  { chain }: Layer1Node,
  parts: readonly string[],
  { query }: RestRequest,
  usage: string,
): BlockNode[] {
  const [first, second] = parts
  if (first === undefined || parts.length > 2) {
    throw new RestError(400, `Invalid URI format. Expected ${usage}?count=<count>`)
  }
  const count = readCount(second === undefined ? (query('count') ?? '5') : first)
  const from = chain.find(readHash(second ?? first))
  const { active } = chain.tree
  const nodes: BlockNode[] = []
  for (let node = from; node && active.contains(node) && nodes.length < count; node = active.next(node)) {
    nodes.push(node)
  }
  return nodes
}
