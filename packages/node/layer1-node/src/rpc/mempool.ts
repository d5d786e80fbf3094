import { bytesToHex, compareBytes, hexToBytes } from '@ply/bytes'
import { formatViolation, type TxViolation } from '@ply/consensus'
import {
  type Accepted,
  type AcceptResult,
  computeFee,
  computeFeeRate,
  findDust,
  type EntryInfo,
  isChildWithLoneParents,
  type PackageResult,
} from '@ply/mempool'
import {
  computeTxid,
  computeWtxid,
  encodeTransaction,
  hashToDisplay,
  type Sats,
  sats,
  type Transaction,
  type Txid,
  virtualSize,
} from '@ply/primitives'
import {
  btcAmount,
  type Json,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
  isJsonObject,
  jsonTypeName,
  parseHash,
} from '@ply/rpc'
import { isUnspendable, MAX_SCRIPT_ELEMENT_SIZE, OP_NOP10, parseScript } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { saveMempool } from '../mempool/mempoolFile.ts'
import { readTransactionHex } from './lookups.ts'

const group = 'Mempool'
const DEFAULT_MAX_FEE_RATE = sats(10_000_000)
const MAX_FEE_RATE = sats(100_000_000)
const MAX_PACKAGE = 25

function entryJson({ entry, ancestors, descendants, depends, spentBy, chunk }: EntryInfo): JsonOutput {
  return {
    vsize: entry.vsize,
    weight: entry.weight,
    time: entry.time,
    height: entry.height,
    descendantcount: descendants.count,
    descendantsize: descendants.vsize,
    ancestorcount: ancestors.count,
    ancestorsize: ancestors.vsize,
    wtxid: hashToDisplay(entry.wtxid),
    chunkweight: chunk.weight,
    fees: {
      base: btcAmount(entry.fee),
      modified: btcAmount(entry.modifiedFee),
      ancestor: btcAmount(ancestors.fees),
      descendant: btcAmount(descendants.fees),
      chunk: btcAmount(chunk.fee),
    },
    depends: depends.map(({ txid }) => hashToDisplay(txid)).sort(),
    spentby: spentBy.map(({ txid }) => hashToDisplay(txid)),
    unbroadcast: false,
  }
}

/** Satoshi per 1000 vbytes, or undefined for no limit. */
function readMaxFeeRate(args: RpcArguments): bigint | undefined {
  const rate = args.amount('maxfeerate', DEFAULT_MAX_FEE_RATE)
  if (rate >= MAX_FEE_RATE) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Fee rates larger than or equal to 1BTC/kvB are not accepted')
  }
  return rate === 0n ? undefined : rate
}

/** True if `fee` is more than the limit allows; the limit of a rate that rounds to no fee is none. */
function exceeds(maxFeeRate: bigint, fee: bigint, vsize: number): boolean {
  const limit = computeFee(maxFeeRate, vsize)
  return limit > 0n && fee > limit
}

function refusal(violation: TxViolation): RpcError {
  if (violation.failure === 'missing-inputs') return new RpcError(RPC_ERROR.verify, 'bad-txns-inputs-missingorspent')
  return new RpcError(RPC_ERROR.verifyRejected, formatViolation(violation))
}

async function isInChain({ mempool }: Layer1Node, tx: Transaction): Promise<boolean> {
  const txid = computeTxid(tx)
  for (let index = 0; index < tx.outputs.length; index++) {
    if (await mempool.unspentOutput({ txid, index }, { withMempool: false })) return true
  }
  return false
}

async function sendRawTransaction(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const tx = readTransactionHex(args.string('hexstring'), 'hexstring')
  const maxBurn = args.amount('maxburnamount', sats(0))
  checkBurn(tx, maxBurn)
  const maxFeeRate = readMaxFeeRate(args)
  const id = hashToDisplay(computeTxid(tx))
  if (await isInChain(node, tx)) {
    throw new RpcError(RPC_ERROR.verifyAlreadyInChain, 'Transaction outputs already in utxo set')
  }
  if (node.mempool.mempool.get(computeTxid(tx))) return id
  if (maxFeeRate !== undefined) {
    const { results } = await node.mempool.testAccept([tx])
    const [tested] = results
    if (tested?.ok === false) throw refusal(tested.error)
    if (tested && exceeds(maxFeeRate, tested.value.entry.fee, virtualSize(tx))) {
      const message = 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)'
      throw new RpcError(RPC_ERROR.verify, message)
    }
  }
  const accepted = await node.mempool.accept(tx)
  if (!accepted.ok) throw refusal(accepted.error)
  return id
}

function readTransactions(list: readonly Json[]): Transaction[] {
  if (list.length === 0 || list.length > MAX_PACKAGE) {
    throw new RpcError(RPC_ERROR.invalidParameter, `Array must contain between 1 and ${MAX_PACKAGE} transactions.`)
  }
  return list.map((item) => {
    try {
      return readTransactionHex(item, 'rawtxs')
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== RPC_ERROR.deserialization) throw error
      const message = `TX decode failed: ${String(item).slice(0, 200)} Make sure the tx has at least one input.`
      throw new RpcError(RPC_ERROR.deserialization, message)
    }
  })
}

const idsJson = (tx: Transaction) => ({
  txid: hashToDisplay(computeTxid(tx)),
  wtxid: hashToDisplay(computeWtxid(tx)),
})

function verdictJson(tx: Transaction, result: AcceptResult | undefined): JsonOutput {
  const ids = idsJson(tx)
  if (!result) return ids
  if (result.ok) {
    return { ...ids, allowed: true, vsize: result.value.entry.vsize, fees: feesJson(result.value) }
  }
  const { failure, reason } = result.error
  if (failure === 'missing-inputs') {
    return { ...ids, allowed: false, 'reject-reason': 'missing-inputs' }
  }
  return { ...ids, allowed: false, 'reject-reason': reason, 'reject-details': formatViolation(result.error) }
}

/** Behind the first fee that is too high to be meant, nothing is said any more. */
function verdictsJson(
  transactions: readonly Transaction[],
  { message, policy, results }: PackageResult,
  maxFeeRate: bigint | undefined,
): JsonOutput {
  if (policy) return transactions.map((tx) => ({ ...idsJson(tx), 'package-error': message }))
  const tooHigh = results.findIndex(
    (result) =>
      result?.ok && maxFeeRate !== undefined && exceeds(maxFeeRate, result.value.entry.fee, result.value.entry.vsize),
  )
  return transactions.map((tx, i) => {
    if (tooHigh < 0 || i < tooHigh) return verdictJson(tx, results[i])
    const ids = idsJson(tx)
    return i === tooHigh ? { ...ids, allowed: false, 'reject-reason': 'max-fee-exceeded' } : ids
  })
}

/** The fee, and for what just came in, over which transactions its feerate was judged. */
function feesJson({ entry, together = [entry], known }: Accepted): JsonOutput {
  if (known) return { base: btcAmount(entry.fee) }
  const fee = together.reduce((sum, each) => sum + each.modifiedFee, 0n)
  const vsize = together.reduce((sum, each) => sum + each.vsize, 0)
  return {
    base: btcAmount(entry.fee),
    'effective-feerate': btcAmount(computeFeeRate(fee, vsize)),
    'effective-includes': together.map(({ wtxid }) => hashToDisplay(wtxid)),
  }
}

function memberJson(tx: Transaction, result: AcceptResult | undefined): JsonOutput {
  const { txid, wtxid } = idsJson(tx)
  if (!result) return { txid, error: 'package-not-validated' }
  if (!result.ok) return { txid, error: formatViolation(result.error) }
  const { entry } = result.value
  const other = hashToDisplay(entry.wtxid)
  return other === wtxid ? { txid, vsize: entry.vsize, fees: feesJson(result.value) } : { txid, 'other-wtxid': other }
}

function checkBurn(tx: Transaction, maxBurn: Sats): void {
  if (tx.outputs.every(({ scriptPubKey, value }) => value <= maxBurn || !isBurn(scriptPubKey))) return
  throw new RpcError(RPC_ERROR.verify, 'Unspendable output exceeds maximum configured by user (maxburnamount)')
}

/** Nothing can spend it, or a part of it is no operation. */
function isBurn(script: Uint8Array): boolean {
  const operations = parseScript(script)
  return (
    isUnspendable(script) ||
    !operations.ok ||
    operations.value.some(({ opcode, data }) => !isValidOperation(opcode, data))
  )
}

const isValidOperation = (opcode: number, data: Uint8Array | undefined): boolean =>
  opcode <= OP_NOP10 && (data?.length ?? 0) <= MAX_SCRIPT_ELEMENT_SIZE

async function submitPackage(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const maxFeeRate = readMaxFeeRate(args)
  const maxBurn = args.amount('maxburnamount', sats(0))
  const transactions = readTransactions(args.array('package'))
  for (const tx of transactions) checkBurn(tx, maxBurn)
  if (transactions.length > 1 && !isChildWithLoneParents(transactions)) {
    const message = 'package topology disallowed. not child-with-parents or parents depend on each other.'
    throw new RpcError(RPC_ERROR.verify, message)
  }
  const options = maxFeeRate === undefined ? {} : { maxFeeRate }
  const { message, results } = await node.mempool.acceptPackage(transactions, options)
  const replaced = results.flatMap((result) => (result?.ok ? result.value.replaced : []))
  replaced.sort((a, b) => compareBytes(a.txid, b.txid))
  return {
    package_msg: message,
    'tx-results': Object.fromEntries(
      transactions.map((tx, i) => [hashToDisplay(computeWtxid(tx)), memberJson(tx, results[i])]),
    ),
    'replaced-transactions': replaced.map(({ txid }) => hashToDisplay(txid)),
  }
}

function mempoolInfo({ mempool: manager }: Layer1Node): JsonOutput {
  const { mempool } = manager
  const { options, graph } = mempool
  return {
    loaded: true,
    size: mempool.size,
    bytes: graph.vsize,
    usage: graph.usage,
    total_fee: btcAmount(graph.fees),
    maxmempool: options.maxBytes,
    mempoolminfee: btcAmount(manager.minFeeRate()),
    minrelaytxfee: btcAmount(options.minRelayFeeRate),
    incrementalrelayfee: btcAmount(options.incrementalFeeRate),
    unbroadcastcount: 0,
    permitbaremultisig: options.permitBareMultisig,
    maxdatacarriersize: options.maxDatacarrierBytes ?? 0,
    limitclustercount: options.maxClusterCount,
    limitclustersize: Math.floor(options.maxClusterWeight / 4),
    optimal: true,
  }
}

function findInfo({ mempool }: Layer1Node, txid: Uint8Array): EntryInfo {
  const info = mempool.mempool.info(txid)
  if (!info) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Transaction not in mempool')
  return info
}

function rawMempool(node: Layer1Node, args: RpcArguments): JsonOutput {
  const { mempool } = node.mempool
  const entries = [...mempool.entries()]
  if (args.boolean('verbose', false)) {
    return Object.fromEntries(entries.map(({ txid }) => [hashToDisplay(txid), entryJson(findInfo(node, txid))]))
  }
  const txids = entries.map(({ txid }) => hashToDisplay(txid))
  return args.boolean('mempool_sequence', false) ? { txids, mempool_sequence: mempool.size + 1 } : txids
}

/** Entries around one: those it depends on, or those that depend on it. */
function relatives(node: Layer1Node, args: RpcArguments, which: 'ancestors' | 'descendants'): JsonOutput {
  const { entry } = findInfo(node, args.hash('txid'))
  const found = [...node.mempool.mempool.graph[which]([entry])].filter((other) => other !== entry)
  if (!args.boolean('verbose', false)) return found.map(({ txid }) => hashToDisplay(txid))
  return Object.fromEntries(found.map(({ txid }) => [hashToDisplay(txid), entryJson(findInfo(node, txid))]))
}

/** Bitcoin Core's strict reading of an object: every field there and of its type, and no others. */
function checkFields(
  value: Json,
  fields: Readonly<Record<string, 'string' | 'number' | 'bool'>>,
  mayLack = false,
): void {
  if (!isJsonObject(value)) throw new RpcError(RPC_ERROR.type, 'JSON value is not an object as expected')
  for (const [name, expected] of Object.entries(fields)) {
    const field = value[name] ?? null
    if (field === null && mayLack) continue
    if (field === null) throw new RpcError(RPC_ERROR.type, `Missing ${name}`)
    const actual = jsonTypeName(field)
    if (actual === expected) continue
    throw new RpcError(
      RPC_ERROR.type,
      `JSON value of type ${actual} for field ${name} is not of expected type ${expected}`,
    )
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name))
  if (unknown !== undefined) throw new RpcError(RPC_ERROR.type, `Unexpected key ${unknown}`)
}

function spendingPrevouts({ mempool }: Layer1Node, args: RpcArguments): JsonOutput {
  const outputs = args.array('outputs')
  if (outputs.length === 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, outputs are missing')
  const options = args.object('options', {})
  checkFields(options, { mempool_only: 'bool', return_spending_tx: 'bool' }, true)
  const wanted = outputs.map((item) => {
    checkFields(item, { txid: 'string', vout: 'number' })
    const { txid, vout } = item as { readonly txid: Json; readonly vout: number }
    const id = parseHash(txid, 'txid') as Txid
    if (vout < 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, vout cannot be negative')
    return { txid: id, index: vout }
  })
  return wanted.map((outpoint) => {
    const spender = mempool.mempool.graph.spender(outpoint)
    if (!spender && options['mempool_only'] === false) {
      const message = 'Mempool lacks a relevant spend, and txospenderindex is unavailable.'
      throw new RpcError(RPC_ERROR.misc, message)
    }
    const shown = spender && options['return_spending_tx'] === true
    return {
      txid: hashToDisplay(outpoint.txid),
      vout: outpoint.index,
      spendingtxid: spender && hashToDisplay(spender.txid),
      spendingtx: shown ? bytesToHex(encodeTransaction(spender.tx)) : undefined,
    }
  })
}

function prioritise({ mempool: { mempool } }: Layer1Node, args: RpcArguments): JsonOutput {
  const txid = args.hash('txid') as Txid
  const delta = args.integer('fee_delta', undefined, [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])
  if ((args.value('dummy') ?? 0) !== 0) {
    const message = 'Priority is no longer supported, dummy argument to prioritisetransaction must be 0.'
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const entry = mempool.get(txid)
  if (entry && findDust(entry.tx, mempool.options.dustFeeRate).length > 0) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Priority is not supported for transactions with dust outputs.')
  }
  mempool.prioritise(txid, BigInt(delta))
  return true
}

function prioritised({ mempool: { mempool } }: Layer1Node): JsonOutput {
  return Object.fromEntries(
    [...mempool.feeDeltas()].map(([key, delta]) => {
      const txid = hexToBytes(key)
      const entry = mempool.get(txid)
      return [
        hashToDisplay(txid),
        { fee_delta: delta, in_mempool: entry !== undefined, modified_fee: entry?.modifiedFee },
      ]
    }),
  )
}

const verbose = optional('verbose', 'bool', 'True for details.')
const maxFeeRate = optional('maxfeerate', 'amount', 'Refuse what pays more per kvB; 0 for no limit.')

export function mempoolMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'getmempoolinfo',
      group,
      help: 'State of the mempool.',
      params: [],
      handler: () => mempoolInfo(node),
    },
    {
      name: 'getrawmempool',
      group,
      help: 'Ids of all transactions in the mempool.',
      params: [verbose, optional('mempool_sequence', 'bool', 'With the sequence number.')],
      handler: (args) => rawMempool(node, args),
    },
    {
      name: 'getmempoolentry',
      group,
      help: 'One transaction of the mempool.',
      params: [param('txid', 'hash', 'The transaction.')],
      handler: (args) => entryJson(findInfo(node, args.hash('txid'))),
    },
    {
      name: 'getmempoolancestors',
      group,
      help: 'What a transaction in the mempool depends on.',
      params: [param('txid', 'hash', 'The transaction.'), verbose],
      handler: (args) => relatives(node, args, 'ancestors'),
    },
    {
      name: 'getmempooldescendants',
      group,
      help: 'What depends on a transaction in the mempool.',
      params: [param('txid', 'hash', 'The transaction.'), verbose],
      handler: (args) => relatives(node, args, 'descendants'),
    },
    {
      name: 'gettxspendingprevout',
      group,
      help: 'Which transactions of the mempool spend outputs.',
      params: [
        param('outputs', 'array', 'Objects with txid and vout.'),
        optional('options', 'object', 'mempool_only, return_spending_tx.'),
      ],
      handler: (args) => spendingPrevouts(node, args),
    },
    {
      name: 'sendrawtransaction',
      group,
      help: 'Gives a transaction to the mempool and to all peers.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        maxFeeRate,
        optional('maxburnamount', 'amount', 'Refuse to burn more than this.'),
      ],
      handler: (args) => sendRawTransaction(node, args),
    },
    {
      name: 'testmempoolaccept',
      group,
      help: 'Whether the mempool would take transactions.',
      params: [param('rawtxs', 'array', 'The transactions.'), maxFeeRate],
      handler: async (args) => {
        const rate = readMaxFeeRate(args)
        const transactions = readTransactions(args.array('rawtxs'))
        return verdictsJson(transactions, await node.mempool.testAccept(transactions), rate)
      },
    },
    {
      name: 'submitpackage',
      group,
      help: 'Gives parents and a child that pays for them to the mempool.',
      params: [
        param('package', 'array', 'The transactions, parents first.'),
        maxFeeRate,
        optional('maxburnamount', 'amount', 'Refuse to burn more than this.'),
      ],
      handler: (args) => submitPackage(node, args),
    },
    {
      name: 'prioritisetransaction',
      group: 'Mining',
      help: 'Corrects the fee of a transaction in the eyes of the miner.',
      params: [
        param('txid', 'hash', 'The transaction.'),
        optional('dummy', 'number', 'Must be 0 or null.'),
        param('fee_delta', 'number', 'Satoshi to add.'),
      ],
      handler: (args) => prioritise(node, args),
    },
    {
      name: 'getprioritisedtransactions',
      group: 'Mining',
      help: 'Transactions whose fees were corrected, in the mempool or not.',
      params: [],
      handler: () => prioritised(node),
    },
    {
      name: 'savemempool',
      group,
      help: 'Writes the mempool to disk.',
      params: [],
      handler: async () => {
        await saveMempool(node.folder.mempool, node.mempool, node.entropy)
        return { filename: node.folder.mempool }
      },
    },
  ]
}
