import { ByteReader, decodeHex, tryDecode } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import type { BlockUndo } from '@ply/consensus'
import { type Block, decodeAddress, decodeBlock, decodeTransaction, type Transaction, readBlock } from '@ply/primitives'
import {
  expectInteger,
  expectString,
  isJsonNumber,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type Json,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'

/** The block that an argument names; error -5 for one we never heard of. */
export function findBlock({ chain }: Layer1Node, hash: Uint8Array): BlockNode {
  const node = chain.find(hash)
  if (!node) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Block not found')
  return node
}

/** A block in hexadecimal; what comes behind it is no matter. Error -22. */
export function readBlockHex(text: string): Block {
  const bytes = decodeHex(text)
  const block = bytes.ok ? tryDecode(() => readBlock(new ByteReader(bytes.value))) : bytes
  if (!block.ok) throw new RpcError(RPC_ERROR.deserialization, 'Block decode failed')
  return block.value
}

/** Error -1 unless the block's transactions are on disk. */
export function checkHasBlock({ chain }: Layer1Node, { data, transactionCount }: BlockNode): void {
  if (data) return
  const pruned = chain.pruned && transactionCount > 0
  const reason = pruned ? 'pruned data' : 'not fully downloaded'
  throw new RpcError(RPC_ERROR.misc, `Block not available (${reason})`)
}

/** The block's serialisation as it is on disk; error -1 where it is not. */
export function readStoredBytes({ chain }: Layer1Node, { data }: BlockNode): Promise<Uint8Array> {
  if (!data) throw new RpcError(RPC_ERROR.misc, 'Block not found on disk')
  return chain.blocks.readBlockBytes(data).catch(() => {
    throw new RpcError(RPC_ERROR.misc, 'Block not found on disk')
  })
}

/** The block, if it is on disk; error -1 where it is not. One that came a moment ago need not be decoded again. */
export async function readStoredBlock(node: Layer1Node, found: BlockNode): Promise<Block> {
  const bytes = await readStoredBytes(node, found)
  const recent = node.chain.source.recall(found)
  if (recent) return recent
  const block = decodeBlock(bytes, { share: true })
  if (!block.ok) throw new RpcError(RPC_ERROR.misc, 'Block not found on disk')
  return block.value
}

/** The coins that the block spent, undefined where it never was connected. */
export function readStoredUndo({ chain }: Layer1Node, found: BlockNode): Promise<BlockUndo | undefined> {
  return chain.readUndo(found).catch(() => {
    throw new RpcError(
      RPC_ERROR.internal,
      "Undo data expected but can't be read. This could be due to disk corruption or a conflict with a pruning event.",
    )
  })
}

/** Error -1 unless the coins that the block spent are on disk. */
export function checkHasUndo({ chain }: Layer1Node, { undo, height, transactionCount }: BlockNode): void {
  if (undo || height === 0) return
  const pruned = chain.pruned && transactionCount > 0
  throw new RpcError(RPC_ERROR.misc, `Undo data not available${pruned ? ' (pruned data)' : ''}`)
}

/** A block named by its hash or by a height of the active chain. */
export function findBlockByHashOrHeight(node: Layer1Node, value: Json, name: string): BlockNode {
  if (!isJsonNumber(value)) return findBlock(node, parseHash(value, name))
  const height = expectInteger(value, [-0x80000000, 0x7fffffff])
  const { active } = node.chain.tree
  if (height < 0) throw new RpcError(RPC_ERROR.invalidParameter, `Target block height ${height} is negative`)
  const found = active.at(height)
  if (!found) {
    throw new RpcError(RPC_ERROR.invalidParameter, `Target block height ${height} after current tip ${active.height}`)
  }
  return found
}

/** The scriptPubKey of an address argument. */
export function readAddress(node: Layer1Node, args: RpcArguments, name: string): Uint8Array {
  const script = decodeAddress(args.string(name), node.network)
  if (!script.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Error: Invalid address')
  return script.value
}

/** A transaction in hexadecimal; error -22 in Bitcoin Core's words. */
export function readTransactionHex(value: Json): Transaction {
  const failure = (): never => {
    throw new RpcError(RPC_ERROR.deserialization, 'TX decode failed. Make sure the tx has at least one input.')
  }
  const bytes = decodeHex(expectString(value))
  const decoded = bytes.ok ? decodeTransaction(bytes.value) : bytes
  return decoded.ok ? decoded.value : failure()
}
