import { bytesToHex } from '@ply/bytes'
import type { TemplateEntry } from '@ply/chain'
import {
  findWitnessCommitment,
  isBuriedActive,
  MAX_BLOCK_SIGOPS_COST,
  MAX_BLOCK_WEIGHT,
  VersionBitsCache,
} from '@ply/consensus'
import {
  computeBlockHash,
  computeTxid,
  computeWtxid,
  encodeTransaction,
  hashToDisplay,
  WITNESS_SCALE_FACTOR,
} from '@ply/primitives'
import {
  type Json,
  type JsonObject,
  type JsonOutput,
  param,
  parseHash,
  RPC_ERROR,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { bitsHex, targetHex } from './json/blockJson.ts'
import { readBlockHex } from './lookups.ts'
import { TEMPLATE_REQUEST_FORM } from './paramForms.ts'
import { TemplateCache } from './templateCache.ts'
import { TEMPLATE_REQUEST } from './paramShapes.ts'

/** Bytes that a block may have on the wire. */
const MAX_BLOCK_SIZE = 4_000_000
/** How long a long poll waits for a block before it also answers for new transactions, and between two looks. */
const FIRST_LOOK_MS = 60_000
const NEXT_LOOK_MS = 10_000

/** BIP 23: what would become of a block that has everything but its proof of work. */
async function checkProposal({ chain }: Layer1Node, data: Json): Promise<JsonOutput> {
  if (typeof data !== 'string') throw new RpcError(RPC_ERROR.type, 'Missing data String key for proposal')
  const block = readBlockHex(data)
  const known = chain.find(computeBlockHash(block.header))
  if (known) {
    if (known.failed) return 'duplicate-invalid'
    return known.validity === 'scripts' ? 'duplicate' : 'duplicate-inconclusive'
  }
  const checked = await chain.testBlock(block)
  return checked.ok ? null : checked.error.reason
}

/** BIP 22 long polling: resolves when the tip is another one, or after a while when there are new transactions. */
function waitForChange(
  { chain, mempool, clock, interrupted }: Layer1Node,
  longPollId: Json,
  lastUpdates: number,
): Promise<void> {
  const before =
    typeof longPollId === 'string'
      ? { tip: parseHash(longPollId.slice(0, 64), 'longpollid'), updates: Number.parseInt(longPollId.slice(64), 10) }
      : { tip: chain.tip.hash, updates: lastUpdates }
  const watched = bytesToHex(before.tip)
  return new Promise((resolve) => {
    let cancel = (): void => undefined
    const done = (): void => {
      unsubscribe()
      interrupted.removeEventListener('abort', done)
      cancel()
      resolve()
    }
    const look = (): void => {
      if (mempool.updates !== before.updates) done()
      else cancel = clock.schedule(NEXT_LOOK_MS, look)
    }
    const hasChanged = (): boolean => bytesToHex(chain.tip.hash) !== watched
    const unsubscribe = chain.subscribe({ tipChanged: () => void (hasChanged() && done()) })
    interrupted.addEventListener('abort', done)
    if (hasChanged() || interrupted.aborted) done()
    else cancel = clock.schedule(FIRST_LOOK_MS, look)
  })
}

function entriesJson(entries: readonly TemplateEntry[], sigopScale: number): JsonOutput {
  const position = new Map(entries.map(({ tx }, i) => [bytesToHex(computeTxid(tx)), i + 1]))
  return entries.map(({ tx, fee, weight, sigopCost }) => ({
    data: bytesToHex(encodeTransaction(tx)),
    txid: hashToDisplay(computeTxid(tx)),
    hash: hashToDisplay(computeWtxid(tx)),
    depends: tx.inputs.flatMap(({ prevout }) => position.get(bytesToHex(prevout.txid)) ?? []),
    fee,
    sigops: sigopCost / sigopScale,
    weight,
  }))
}

interface TemplateSources {
  readonly versionBits: VersionBitsCache
  readonly templates: TemplateCache
}

async function getBlockTemplate(
  node: Layer1Node,
  request: JsonObject,
  { versionBits, templates }: TemplateSources,
): Promise<JsonOutput> {
  const { chain, network } = node
  const mode = request['mode'] ?? 'template'
  if (mode === 'proposal') return checkProposal(node, request['data'] ?? null)
  if (mode !== 'template') throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid mode')
  const rules = Array.isArray(request['rules']) ? (request['rules'] as readonly Json[]) : []
  const { signetChallenge, deployments } = network.consensus
  if (network.name !== 'regtest') {
    if (node.peers.peers().length === 0) throw new RpcError(RPC_ERROR.clientNotConnected, 'Ply is not connected!')
    if (chain.isInitialBlockDownload()) {
      const message = 'Ply is in initial sync and waiting for blocks...'
      throw new RpcError(RPC_ERROR.clientInInitialDownload, message)
    }
  }
  const longPollId = request['longpollid'] ?? null
  if (longPollId !== null) await waitForChange(node, longPollId, templates.updates)
  if (signetChallenge && !rules.includes('signet')) throw missingRules('signet', '["segwit", "signet"]')
  if (!rules.includes('segwit')) throw missingRules('segwit', '["segwit"]')

  const { tip } = chain
  const { block, entries, height, minTime } = templates.current()
  const [coinbase] = block.transactions
  const segwit = isBuriedActive('segwit', height, network)
  const sigopScale = segwit ? 1 : WITNESS_SCALE_FACTOR
  const state = versionBits.states(tip).get('testdummy')
  const commitment = coinbase && segwit ? coinbase.outputs[findWitnessCommitment(coinbase)] : undefined
  return {
    capabilities: ['proposal'],
    version: block.header.version,
    rules: [
      'csv',
      ...(segwit ? ['!segwit', 'taproot'] : []),
      ...(signetChallenge ? ['!signet'] : []),
      ...(state === 'active' ? ['testdummy'] : []),
    ],
    vbavailable: { testdummy: state === 'started' || state === 'locked_in' ? deployments.testdummy.bit : undefined },
    vbrequired: 0,
    previousblockhash: hashToDisplay(tip.hash),
    transactions: entriesJson(entries, sigopScale),
    coinbaseaux: {},
    coinbasevalue: coinbase?.outputs[0]?.value,
    longpollid: `${hashToDisplay(tip.hash)}${templates.updates}`,
    target: targetHex(block.header.bits),
    mintime: minTime,
    mutable: ['time', 'transactions', 'prevblock'],
    noncerange: '00000000ffffffff',
    sigoplimit: MAX_BLOCK_SIGOPS_COST / sigopScale,
    sizelimit: MAX_BLOCK_SIZE / sigopScale,
    weightlimit: segwit ? MAX_BLOCK_WEIGHT : undefined,
    curtime: block.header.time,
    bits: bitsHex(block.header.bits),
    height,
    signet_challenge: signetChallenge && bytesToHex(signetChallenge),
    default_witness_commitment: commitment && bytesToHex(commitment.scriptPubKey),
  }
}

const missingRules = (rule: string, call: string): RpcError =>
  new RpcError(
    RPC_ERROR.invalidParameter,
    `getblocktemplate must be called with the ${rule} rule set (call with {"rules": ${call}})`,
  )

export function blockTemplateMethods(node: Layer1Node): RpcMethod[] {
  const sources = { versionBits: new VersionBitsCache(node.network), templates: new TemplateCache(node) }
  return [
    {
      name: 'getblocktemplate',
      group: 'Mining',
      help: 'What a miner needs for the next block (BIP 22, 23, 9, 145).',
      params: [
        param('template_request', 'object', 'rules, and mode, data or longpollid.', {
          shape: TEMPLATE_REQUEST,
          form: TEMPLATE_REQUEST_FORM,
        }),
      ],
      handler: (args) => {
        const request = args.object('template_request')
        return getBlockTemplate(node, request, sources)
      },
    },
  ]
}
