import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { type BlockNode, matchFilter } from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import {
  expectArray,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { BlockFilterIndex } from '../index/blockFilterIndex.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { requireFilterIndex } from './blockFilters.ts'
import { checkHasBlock, checkHasUndo, readStoredBlock, readStoredUndo } from './lookups.ts'
import { createScanHandler, type Scan, type Scanner } from './scanAction.ts'
import { expandScanObjects } from './scanObjects.ts'
import { SCAN_OBJECTS } from './paramShapes.ts'

interface BlockScan extends Scan {
  readonly index: BlockFilterIndex
  readonly start: BlockNode
  readonly stop: BlockNode
  /** What is wanted, in hex. */
  readonly scripts: ReadonlySet<string>
  /** Look into each block, too. */
  readonly exact: boolean
  /** Of the block that is next. */
  height: number
}

interface Range {
  readonly start: BlockNode
  readonly stop: BlockNode
}

function readScanRange({ chain }: Layer1Node, args: RpcArguments): Range {
  const { active } = chain.tree
  const start = active.at(args.integer('start_height'))
  if (!start) throw new RpcError(RPC_ERROR.misc, 'Invalid start_height')
  const stop = active.at(args.integer('stop_height', chain.tip.height))
  if (!stop || stop.height < start.height) throw new RpcError(RPC_ERROR.misc, 'Invalid stop_height')
  return { start, stop }
}

/** True if the block itself, not only its filter, has one of the scripts (hex). */
async function touches(node: Layer1Node, block: BlockNode, scripts: ReadonlySet<string>): Promise<boolean> {
  checkHasBlock(node, block)
  checkHasUndo(node, block)
  const { transactions } = await readStoredBlock(node, block)
  const undo = (await readStoredUndo(node, block)) ?? []
  return (
    transactions.some(({ outputs }) => outputs.some(({ scriptPubKey }) => scripts.has(bytesToHex(scriptPubKey)))) ||
    undo.flat().some(({ output }) => scripts.has(bytesToHex(output.scriptPubKey)))
  )
}

/** Finds blocks, and tells how far it is. */
class BlockScanner implements Scanner<BlockScan> {
  readonly #node: Layer1Node

  constructor(node: Layer1Node) {
    this.#node = node
  }

  begin(args: RpcArguments): BlockScan {
    const index = requireFilterIndex(this.#node, args)
    const { start, stop } = readScanRange(this.#node, args)
    const scripts = new Set(expandScanObjects(this.#node, expectArray(args.value('scanobjects'))).keys())
    const exact = args.object('options', {})['filter_false_positives'] === true
    return { index, start, stop, scripts, exact, height: start.height, aborted: false }
  }

  status({ start, stop, height }: BlockScan): JsonOutput {
    const count = stop.height - start.height
    const progress = count === 0 ? 100 : Math.floor((100 * (height - start.height)) / count)
    return { progress, current_height: height }
  }

  async run(scan: BlockScan): Promise<JsonOutput> {
    const { index, start, stop, scripts, exact } = scan
    const wanted = [...scripts].map(hexToBytes)
    const blocks: string[] = []
    for (; scan.height <= stop.height && !scan.aborted; scan.height++) {
      const block = stop.ancestor(scan.height)!
      const filter = await index.filter(block.hash)
      if (!filter || !unwrap(matchFilter(filter, block.hash, wanted))) continue
      if (!exact || (await touches(this.#node, block, scripts))) blocks.push(hashToDisplay(block.hash))
    }
    return {
      from_height: start.height,
      to_height: scan.height - 1,
      relevant_blocks: blocks,
      completed: !scan.aborted,
    }
  }
}

export function scanBlocksMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'scanblocks',
      group: 'Blockchain',
      help: 'Blocks whose filters (BIP 158) match descriptors: those that touch them, and a few more by chance.',
      params: [
        param('action', 'string', 'start, status or abort.'),
        optional('scanobjects', 'array', 'Descriptors.', { shape: SCAN_OBJECTS }),
        optional('start_height', 'number', 'Where to begin.', { default: 0 }),
        optional('stop_height', 'number', 'Where to end; at the tip by default.'),
        optional('filtertype', 'string', 'basic, the only one.', { default: 'basic' }),
        {
          ...optional('options', 'object', 'How thoroughly.'),
          options: [optional('filter_false_positives', 'bool', 'Look into each block, too.', { default: false })],
        },
      ],
      handler: createScanHandler(new BlockScanner(node)),
    },
  ]
}
