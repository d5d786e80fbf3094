import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type BlockNode, decodeSnapshotMetadata, SNAPSHOT_METADATA_SIZE, type SnapshotMetadata } from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { findPruneHeight } from '../chain/pruning.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { dumpCoins } from '../snapshot/dumpCoins.ts'
import { loadSnapshot } from '../snapshot/loadSnapshot.ts'
import { createScratchMemory, openScratchFolder } from '../snapshot/scratchStore.ts'
import { findBlockByHashOrHeight } from './lookups.ts'

const refuse = (message: string): RpcError => new RpcError(RPC_ERROR.invalidParameter, message)

/** The block whose coins are wanted; undefined for the tip. */
function readTarget(node: Layer1Node, args: RpcArguments): BlockNode | undefined {
  const type = args.string('type', '')
  const rollback = args.object('options', {})['rollback'] ?? null
  if (rollback !== null) {
    if (type !== '' && type !== 'rollback') {
      throw refuse(`Invalid snapshot type "${type}" specified with rollback option`)
    }
    return findBlockByHashOrHeight(node, rollback, 'rollback')
  }
  if (type === 'rollback') return findBlockByHashOrHeight(node, node.network.assumeutxo.at(-1)!.height, 'rollback')
  if (type === 'latest') return undefined
  throw refuse(`Invalid snapshot type "${type}" specified. Please specify "rollback" or "latest"`)
}

/** The blocks back to `target` must be there, and stay until the returned function is called. */
function lockBlocks({ chain }: Layer1Node, target: BlockNode): () => void {
  if ((findPruneHeight(chain.active) ?? -1) >= target.height) {
    const message = 'Could not roll back to requested height since necessary block data is already pruned.'
    throw new RpcError(RPC_ERROR.misc, message)
  }
  const name = `dumptxoutset ${hashToDisplay(target.hash)}`
  chain.pruneLocks.set(name, target.height)
  return () => chain.pruneLocks.release(name)
}

/** Where to write: beside the file, so that what was broken off is not taken for the whole; into a pipe at once. */
async function openFile(path: string): Promise<{ readonly file: FileHandle; readonly written: string }> {
  const found = await stat(path).catch(() => undefined)
  if (found && !found.isFIFO()) {
    throw refuse(`${path} already exists. If you are sure this is what you want, move it out of the way first`)
  }
  const written = found ? path : `${path}.incomplete`
  const file = await open(written, 'w').catch(() => {
    throw refuse(`Couldn't open file ${written} for writing.`)
  })
  return { file, written }
}

async function dumpTxOutSet(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const { chain, folder, interrupted } = node
  const target = readTarget(node, args)
  if (target && !chain.tree.active.contains(target)) throw refuse('Block is not in main chain')
  const inMemory = args.object('options', {})['in_memory'] === true
  const path = resolve(folder.root, args.string('path'))
  const unlock = target ? lockBlocks(node, target) : () => undefined
  try {
    const { file, written } = await openFile(path)
    try {
      const scratch = join(dirname(path), `temp_utxo_${target?.height ?? chain.tip.height}`)
      const openChanges = async () => (inMemory ? createScratchMemory() : openScratchFolder(scratch))
      const { base, count, hash } = await dumpCoins(chain, file, { target, openChanges, signal: interrupted })
      await file.close()
      if (written !== path) await rename(written, path)
      return {
        coins_written: count,
        base_hash: hashToDisplay(base.hash),
        base_height: base.height,
        path,
        txoutset_hash: hashToDisplay(hash),
        nchaintx: base.chainTransactionCount,
      }
    } catch (error) {
      await file.close()
      if (written !== path) await rm(written, { force: true })
      throw error
    }
  } finally {
    unlock()
  }
}

/** Error -22 where a file does not begin like a snapshot of this network. */
async function readMetadata(node: Layer1Node, file: FileHandle): Promise<SnapshotMetadata> {
  const bytes = new Uint8Array(SNAPSHOT_METADATA_SIZE)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, null)
  const metadata = decodeSnapshotMetadata(bytes.subarray(0, bytesRead), node.network)
  if (metadata.ok) return metadata.value
  throw new RpcError(RPC_ERROR.deserialization, `Unable to parse metadata: ${metadata.error.message}`)
}

/** Loads one snapshot at a time. */
function createLoader(node: Layer1Node): (args: RpcArguments) => Promise<JsonOutput> {
  const { chain, folder, logger, mempool, interrupted: signal } = node
  let isLoading = false
  return async (args) => {
    const path = resolve(folder.root, args.string('path'))
    const file = await open(path, 'r').catch(() => {
      throw refuse(`Couldn't open file ${path} for reading.`)
    })
    try {
      const metadata = await readMetadata(node, file)
      const target = { chain, folder, logger, signal, waiting: () => mempool.mempool.size }
      if (isLoading) throw new RpcError(RPC_ERROR.internal, 'Unable to load UTXO snapshot: another one is being loaded')
      isLoading = true
      const loaded = await loadSnapshot(target, { metadata, file }).finally(() => (isLoading = false))
      if (!loaded.ok) {
        throw new RpcError(RPC_ERROR.internal, `Unable to load UTXO snapshot: ${loaded.error}. (${path})`)
      }
      const { hash, height } = loaded.value
      return { coins_loaded: metadata.coins, tip_hash: hashToDisplay(hash), base_height: height, path }
    } finally {
      await file.close()
    }
  }
}

export const snapshotMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'dumptxoutset',
    group: 'Blockchain',
    help: 'Writes all coins into a file, as they are or as they were after an earlier block.',
    params: [
      param('path', 'string', 'The file, which must not be there yet; in the data directory unless absolute.'),
      optional('type', 'string', 'latest, or rollback: to the last height that Bitcoin Core has a hash for.'),
      {
        ...optional('options', 'object', 'Which block.', { form: '{"rollback":n,"in_memory":bool,...}' }),
        options: [
          optional('rollback', 'any', 'Height or hash of the block after which.'),
          optional('in_memory', 'bool', 'Keep what has changed since in memory.', { default: false }),
        ],
      },
    ],
    handler: (args) => dumpTxOutSet(node, args),
  },
  {
    name: 'loadtxoutset',
    group: 'Blockchain',
    help: 'Goes on at once from the coins of a file, while the blocks up to them are checked in the background.',
    params: [param('path', 'string', 'The file, as dumptxoutset writes it; in the data directory unless absolute.')],
    handler: createLoader(node),
  },
]
