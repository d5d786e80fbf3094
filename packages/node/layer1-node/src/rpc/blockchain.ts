import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesToHex, ByteWriter } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { computeMedianTimePast } from '@ply/consensus'
import { hashToDisplay, writeHeader } from '@ply/primitives'
import { type JsonOutput, optional, param, parseHash, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { findPruneHeight } from '../chain/pruning.ts'
import { guessVerificationProgress } from '../chain/verificationProgress.ts'
import { bitsHex, blockJson, chainWorkHex, difficultyJson, floatJson, headerJson, targetHex } from './json/blockJson.ts'
import { checkHasBlock, findBlock, readStoredBlock, readStoredBytes, readStoredUndo } from './lookups.ts'

const group = 'Blockchain'

async function folderSize(folder: string): Promise<number> {
  let size = 0
  for (const name of await readdir(folder).catch(() => [])) size += (await stat(join(folder, name))).size
  return size
}

/** How far the blocks under a snapshot are checked. */
const backgroundValidation = ({ base, tip }: NonNullable<Layer1Node['chain']['history']>): JsonOutput => ({
  snapshotheight: base.height,
  blocks: tip.height,
  bestblockhash: hashToDisplay(tip.hash),
  mediantime: computeMedianTimePast(tip),
  chainwork: chainWorkHex(tip),
  verificationprogress: floatJson(tip.chainTransactionCount / base.chainTransactionCount),
})

async function chainInfo(node: Layer1Node): Promise<JsonOutput> {
  const { chain, network } = node
  const { tip } = chain
  const headers = chain.tree.bestHeader.height
  return {
    chain: network.name,
    blocks: tip.height,
    headers,
    bestblockhash: hashToDisplay(tip.hash),
    bits: bitsHex(tip.bits),
    target: targetHex(tip.bits),
    difficulty: difficultyJson(tip.bits),
    time: tip.time,
    mediantime: computeMedianTimePast(tip),
    verificationprogress: floatJson(guessVerificationProgress(chain, tip)),
    initialblockdownload: chain.isInitialBlockDownload(),
    backgroundvalidation: chain.history && backgroundValidation(chain.history),
    chainwork: chainWorkHex(tip),
    size_on_disk: await folderSize(node.folder.blocks),
    pruned: chain.pruned,
    pruneheight: chain.pruned ? (findPruneHeight(chain.active) ?? -1) + 1 : undefined,
    automatic_pruning: chain.pruned ? chain.pruneTarget !== 'manual' : undefined,
    prune_target_size: typeof chain.pruneTarget === 'number' ? chain.pruneTarget : undefined,
    signet_challenge: network.consensus.signetChallenge && bytesToHex(network.consensus.signetChallenge),
    warnings: node.warnings.texts,
  }
}

async function getBlock(node: Layer1Node, found: BlockNode, verbosity: number): Promise<JsonOutput> {
  const { chain, network } = node
  checkHasBlock(node, found)
  if (verbosity <= 0) return bytesToHex(await readStoredBytes(node, found))
  const block = await readStoredBlock(node, found)
  const undo = verbosity >= 2 ? await readStoredUndo(node, found) : undefined
  return blockJson(block, found, { active: chain.tree.active, network, verbosity, undo })
}

/** Resolves with the tip as soon as `reached` holds for it, or when the time is up. */
function waitForTip(node: Layer1Node, timeoutMs: number, reached: (tip: BlockNode) => boolean): Promise<JsonOutput> {
  const { chain } = node
  if (timeoutMs < 0) throw new RpcError(RPC_ERROR.misc, 'Negative timeout')
  return new Promise((resolve) => {
    const done = (): void => {
      unsubscribe()
      node.interrupted.removeEventListener('abort', done)
      clearTimeout(timer)
      resolve({ hash: hashToDisplay(chain.tip.hash), height: chain.tip.height })
    }
    const unsubscribe = chain.subscribe({
      tipChanged: (tip) => {
        if (reached(tip)) done()
      },
    })
    const timer = timeoutMs > 0 ? setTimeout(done, timeoutMs) : undefined
    node.interrupted.addEventListener('abort', done)
    if (reached(chain.tip) || node.interrupted.aborted) done()
  })
}

/** Numbers above are times. */
const MAX_HEIGHT = 1_000_000_000
/** Blocks may carry times that lie so far back. */
const TIMESTAMP_WINDOW = 2 * 60 * 60

async function pruneBlocks({ chain, network }: Layer1Node, heightOrTime: number): Promise<JsonOutput> {
  if (!chain.pruned) throw new RpcError(RPC_ERROR.misc, 'Cannot prune blocks because node is not in prune mode.')
  if (heightOrTime < 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Negative block height.')
  const { active } = chain.tree
  let height = heightOrTime
  if (heightOrTime > MAX_HEIGHT) {
    height = 0
    while (height <= active.height && active.at(height)!.timeMax < heightOrTime - TIMESTAMP_WINDOW) height++
    if (height > active.height) {
      const message = 'Could not find block with at least the specified timestamp.'
      throw new RpcError(RPC_ERROR.invalidParameter, message)
    }
  }
  if (active.height < network.pruneAfterHeight) {
    throw new RpcError(RPC_ERROR.misc, 'Blockchain is too short for pruning.')
  }
  if (height > active.height) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Blockchain is shorter than the attempted prune height.')
  }
  return (await chain.prune(height)) ?? -1
}

const timeoutParam = optional('timeout', 'number', 'Milliseconds to wait; 0 for no limit.', { default: 0 })

export function blockchainMethods(node: Layer1Node): RpcMethod[] {
  const { chain } = node
  const { active } = chain.tree
  return [
    {
      name: 'getblockcount',
      group,
      help: 'Height of the most-work fully validated chain.',
      params: [],
      handler: () => active.height,
    },
    {
      name: 'getbestblockhash',
      group,
      help: 'Hash of the tip.',
      params: [],
      handler: () => hashToDisplay(chain.tip.hash),
    },
    {
      name: 'getblockhash',
      group,
      help: 'Hash of the block at a height.',
      params: [param('height', 'number', 'The height.')],
      handler: (args) => {
        const found = active.at(args.integer('height'))
        if (!found) throw new RpcError(RPC_ERROR.invalidParameter, 'Block height out of range')
        return hashToDisplay(found.hash)
      },
    },
    {
      name: 'getblockheader',
      group,
      help: 'A block header.',
      params: [
        param('blockhash', 'hash', 'The block.'),
        optional('verbose', 'bool', 'False for hexadecimal.', { default: true }),
      ],
      handler: (args) => {
        const found = findBlock(node, parseHash(args.string('blockhash'), 'hash'))
        if (args.boolean('verbose')) return headerJson(found, active)
        const writer = new ByteWriter(80)
        writeHeader(writer, found.header)
        return bytesToHex(writer.finish())
      },
    },
    {
      name: 'getblock',
      group,
      help: 'A block: 0 in hexadecimal, 1 with txids, 2 with transactions, 3 with what they spend.',
      params: [
        param('blockhash', 'hash', 'The block.'),
        optional('verbosity', 'any', 'Level of detail.', { aliases: ['verbose'], default: 1 }),
      ],
      handler: (args) => getBlock(node, findBlock(node, args.hash('blockhash')), args.verbosity('verbosity')),
    },
    {
      name: 'getblockchaininfo',
      group,
      help: 'State of the chain.',
      params: [],
      handler: () => chainInfo(node),
    },
    {
      name: 'getdifficulty',
      group,
      help: 'Difficulty of the tip.',
      params: [],
      handler: () => difficultyJson(chain.tip.bits),
    },
    {
      name: 'getchaintips',
      group,
      help: 'The ends of all known branches.',
      params: [],
      handler: () =>
        chain.tree.tips().map(({ node: tip, branchLength, status }) => ({
          height: tip.height,
          hash: hashToDisplay(tip.hash),
          branchlen: branchLength,
          status,
        })),
    },
    {
      name: 'invalidateblock',
      group: 'Hidden',
      help: 'Treats a block as if it broke a rule.',
      params: [param('blockhash', 'hash', 'The block.')],
      handler: async (args) => {
        const found = findBlock(node, args.hash('blockhash'))
        if (await chain.invalidate(found)) return null
        const reason = 'A block cannot be invalidated while blocks under the snapshot are validated in the background'
        throw new RpcError(RPC_ERROR.database, found.previous ? reason : 'Genesis cannot be invalidated')
      },
    },
    {
      name: 'reconsiderblock',
      group: 'Hidden',
      help: 'Takes back invalidateblock.',
      params: [param('blockhash', 'hash', 'The block.')],
      handler: async (args) => {
        await chain.reconsider(findBlock(node, args.hash('blockhash')))
        return null
      },
    },
    {
      name: 'preciousblock',
      group,
      help: 'Prefers a block to others of the same work.',
      params: [param('blockhash', 'hash', 'The block.')],
      handler: async (args) => {
        await chain.precious(findBlock(node, args.hash('blockhash')))
        return null
      },
    },
    {
      name: 'pruneblockchain',
      group,
      help: 'Deletes the files of old blocks. Answers the highest block that is gone.',
      params: [param('height', 'number', 'Up to which height, or up to which time.')],
      handler: (args) => pruneBlocks(node, args.integer('height')),
    },
    {
      name: 'waitfornewblock',
      group,
      help: 'Waits for another tip.',
      params: [
        timeoutParam,
        optional('current_tip', 'hash', 'The tip to wait for another than; the tip now by default.'),
      ],
      handler: (args) => {
        const before = hashToDisplay(args.has('current_tip') ? args.hash('current_tip').slice() : chain.tip.hash)
        return waitForTip(node, args.integer('timeout'), (tip) => hashToDisplay(tip.hash) !== before)
      },
    },
    {
      name: 'waitforblockheight',
      group,
      help: 'Waits until the chain has a height.',
      params: [param('height', 'number', 'The height.'), timeoutParam],
      handler: (args) => {
        const height = args.integer('height')
        return waitForTip(node, args.integer('timeout'), (tip) => tip.height >= height)
      },
    },
    {
      name: 'waitforblock',
      group,
      help: 'Waits until a block is the tip.',
      params: [param('blockhash', 'hash', 'The block.'), timeoutParam],
      handler: (args) => {
        const hash = hashToDisplay(args.hash('blockhash').slice())
        return waitForTip(node, args.integer('timeout'), (tip) => hashToDisplay(tip.hash) === hash)
      },
    },
  ]
}
