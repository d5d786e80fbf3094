import type { EntryChunk, EntryInfo, MempoolEntry } from '@ply/mempool'
import { hashToDisplay, SEQUENCE_REPLACEABLE } from '@ply/primitives'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'
import { entryJson } from '../json/mempoolJson.ts'

const group = 'Blockchain'

/** The entry that the argument `txid` names, with its surroundings; error -5 if there is none. */
function findInfo({ mempool }: Layer1Node, args: RpcArguments): EntryInfo {
  const info = mempool.mempool.info(args.hash('txid'))
  if (!info) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Transaction not in mempool')
  return info
}

/** BIP 125: it, or something unconfirmed that it depends on, asks to be replaceable. */
function isSignallingReplacement({ mempool: { mempool } }: Layer1Node, { entry }: EntryInfo): boolean {
  const signals = ({ tx }: MempoolEntry): boolean => tx.inputs.some(({ sequence }) => sequence <= SEQUENCE_REPLACEABLE)
  return [...mempool.graph.ancestors([entry])].some(signals)
}

function infoJson(node: Layer1Node, info: EntryInfo): JsonOutput {
  const shown = entryJson(info, node.mempool.unbroadcast.has(info.entry))
  if (!node.deprecatedRpc.has('bip125')) return shown
  return { ...shown, 'bip125-replaceable': isSignallingReplacement(node, info) }
}

/** Their ids, or all about them. */
function entriesJson(node: Layer1Node, entries: readonly MempoolEntry[], verbose: boolean): JsonOutput {
  if (!verbose) return entries.map(({ txid }) => hashToDisplay(txid))
  const { mempool } = node.mempool
  return Object.fromEntries(entries.map(({ txid }) => [hashToDisplay(txid), infoJson(node, mempool.info(txid)!)]))
}

function rawMempool(node: Layer1Node, args: RpcArguments): JsonOutput {
  const { mempool, sequence } = node.mempool
  const verbose = args.boolean('verbose')
  const withSequence = args.boolean('mempool_sequence')
  if (verbose && withSequence) {
    const message = 'Verbose results cannot contain mempool sequence values.'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const txids = entriesJson(node, mempool.inMiningOrder(), verbose)
  return withSequence ? { txids, mempool_sequence: sequence } : txids
}

/** Entries around one: those it depends on, or those that depend on it. */
function relatives(node: Layer1Node, args: RpcArguments, which: 'ancestors' | 'descendants'): JsonOutput {
  const { entry } = findInfo(node, args)
  const found = [...node.mempool.mempool.graph[which]([entry])].filter((other) => other !== entry)
  // By txid, as bytes.
  found.sort((a, b) => (a.key < b.key ? -1 : 1))
  return entriesJson(node, found, args.boolean('verbose'))
}

const chunkJson = ({ fee, size, entries }: EntryChunk): JsonOutput => ({
  chunkfee: btcAmount(fee),
  chunkweight: size,
  txs: entries.map(({ txid }) => hashToDisplay(txid)),
})

function clusterJson({ entry }: EntryInfo): JsonOutput {
  const cluster = entry.cluster!
  return { clusterweight: cluster.weight, txcount: cluster.entries.size, chunks: cluster.chunks.map(chunkJson) }
}

const txid = param('txid', 'hash', 'The transaction.')
const verbose = optional('verbose', 'bool', 'True for details.', { default: false })

export const mempoolEntryMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'getrawmempool',
    group,
    help: 'Ids of all transactions in the mempool, those to be mined first in front.',
    params: [verbose, optional('mempool_sequence', 'bool', 'With the sequence number.', { default: false })],
    handler: (args) => rawMempool(node, args),
  },
  {
    name: 'getmempoolentry',
    group,
    help: 'One transaction of the mempool.',
    params: [txid],
    handler: (args) => infoJson(node, findInfo(node, args)),
  },
  {
    name: 'getmempoolancestors',
    group,
    help: 'What a transaction in the mempool depends on.',
    params: [txid, verbose],
    handler: (args) => relatives(node, args, 'ancestors'),
  },
  {
    name: 'getmempooldescendants',
    group,
    help: 'What depends on a transaction in the mempool.',
    params: [txid, verbose],
    handler: (args) => relatives(node, args, 'descendants'),
  },
  {
    name: 'getmempoolcluster',
    group,
    help: 'The transactions that are connected with one in the mempool, in the order in which they are mined.',
    params: [txid],
    handler: (args) => clusterJson(findInfo(node, args)),
  },
]
