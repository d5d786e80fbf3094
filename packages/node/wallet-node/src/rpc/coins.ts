import { paramShapes } from '@ply/layer1-node'
import { bytesToHex, hexToBytes } from '@ply/bytes'
import { computeTxid, decodeAddress, encodeAddress, hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import {
  btcAmount,
  type Json,
  type JsonObject,
  type JsonOutput,
  optional,
  param,
  type RpcArguments,
  type RpcMethod,
  expectBoolean,
  expectObject,
  expectString,
} from '@ply/rpc'
import { type AvailableCoin, availableCoins, type CoinFilter, spentScripts } from '@ply/wallet'
import { readAmount } from '@ply/layer1-node'
import type { NodeWallet } from '../nodeWallet.ts'
import { describeScript, isSolvable, parentDescriptors } from '../solving.ts'
import { invalidAddress, invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { asInteger, checkOptions, optionOf } from './options.ts'
import { readOutPoint } from './transactionArguments.ts'
import { optionsParam, walletMethod } from './walletMethod.ts'

/** Scripts of the addresses that are wanted; undefined where all are. */
function readScripts(args: RpcArguments, { wallet }: NodeWallet): ReadonlySet<string> | undefined {
  const addresses = args.array('addresses', []).map(expectString)
  const scripts = new Set<string>()
  for (const address of addresses) {
    const script = decodeAddress(address, wallet.network)
    if (!script.ok) throw invalidAddress(`Invalid Bitcoin address: ${address}`)
    const id = bytesToHex(script.value)
    if (scripts.has(id)) throw invalidParameter(`Invalid parameter, duplicated address: ${address}`)
    scripts.add(id)
  }
  return scripts.size > 0 ? scripts : undefined
}

const QUERY = {
  minimumAmount: 'any',
  maximumAmount: 'any',
  minimumSumAmount: 'any',
  maximumCount: 'number',
  include_immature_coinbase: 'bool',
} as const

function readQuery(options: JsonObject): CoinFilter {
  checkOptions(options, QUERY)
  const [minAmount, maxAmount, minSum] = ['minimumAmount', 'maximumAmount', 'minimumSumAmount'].map((name) =>
    optionOf(options, name, readAmount),
  )
  const maxCount = optionOf(options, 'maximumCount', asInteger)
  return {
    includeImmature: optionOf(options, 'include_immature_coinbase', expectBoolean) ?? false,
    ...(minAmount !== undefined && { minAmount }),
    ...(maxAmount !== undefined && { maxAmount }),
    ...(minSum !== undefined && { minSum }),
    ...(maxCount !== undefined && { maxCount }),
  }
}

/** What an unconfirmed coin comes from, all together. */
function ancestry({ node }: NodeWallet, txid: Txid): Record<string, JsonOutput> {
  const { graph } = node.mempool.mempool
  const entry = graph.get(txid)
  if (!entry) return {}
  const ancestors = [...graph.ancestors([entry])]
  return {
    ancestorcount: ancestors.length,
    ancestorsize: ancestors.reduce((sum, each) => sum + each.vsize, 0),
    ancestorfees: ancestors.reduce((sum, each) => sum + each.modifiedFee, 0n),
  }
}

function coinJson(owner: NodeWallet, coin: AvailableCoin, reused: boolean | undefined): JsonOutput {
  const { wallet } = owner
  const { outpoint, output, depth } = coin
  const script = output.scriptPubKey
  const address = encodeAddress(script, wallet.network)
  const derived = wallet.solve(script)
  const solvable = isSolvable(wallet, script)
  return {
    txid: hashToDisplay(outpoint.txid),
    vout: outpoint.index,
    address,
    label: address === undefined ? undefined : wallet.labels.get(address)?.label,
    redeemScript: derived?.redeemScript && bytesToHex(derived.redeemScript),
    witnessScript: derived?.witnessScript && bytesToHex(derived.witnessScript),
    scriptPubKey: bytesToHex(script),
    amount: btcAmount(output.value),
    confirmations: depth,
    ...(depth === 0 && ancestry(owner, outpoint.txid)),
    spendable: true,
    solvable,
    desc: solvable ? describeScript(wallet, script) : undefined,
    parent_descs: parentDescriptors(wallet, script),
    reused,
    safe: coin.safe,
  }
}

function listUnspent(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const { wallet } = owner
  const filter: CoinFilter = {
    minDepth: args.integer('minconf'),
    maxDepth: args.integer('maxconf'),
    includeUnsafe: args.boolean('include_unsafe'),
    includeUsed: true,
  }
  const scripts = readScripts(args, owner)
  const coins = availableCoins(wallet, { ...filter, ...readQuery(args.object('query_options', {})) })
  const spentFrom = wallet.flags.avoidReuse ? spentScripts(wallet) : undefined
  return coins
    .filter(({ output }) => !scripts || scripts.has(bytesToHex(output.scriptPubKey)))
    .map((coin) => coinJson(owner, coin, spentFrom?.has(bytesToHex(coin.output.scriptPubKey))))
}

/** An output of a wallet's transaction that nobody spends; error -8. */
function readCoin({ wallet }: NodeWallet, value: Json): OutPoint {
  const object = expectObject(value)
  checkOptions(object, { txid: 'string', vout: 'number' }, { strict: false })
  const outpoint = readOutPoint(object)
  const record = wallet.ledger.recordOf(outpoint.txid)
  if (!record) throw invalidParameter('Invalid parameter, unknown transaction')
  if (outpoint.index >= record.tx.outputs.length) {
    throw invalidParameter('Invalid parameter, vout index out of bounds')
  }
  if (wallet.ledger.spenderOf(outpoint)) throw invalidParameter('Invalid parameter, expected unspent output')
  return { txid: computeTxid(record.tx), index: outpoint.index }
}

function lockUnspent(args: RpcArguments, owner: NodeWallet): boolean {
  const { wallet } = owner
  const unlock = args.boolean('unlock')
  const persistent = args.boolean('persistent')
  if (!args.has('transactions')) {
    if (unlock) wallet.unlockAll()
    return true
  }
  const coins = args.array('transactions').map((value) => {
    const outpoint = readCoin(owner, value)
    const locked = wallet.isLocked(outpoint)
    if (unlock && !locked) throw invalidParameter('Invalid parameter, expected locked output')
    if (!unlock && locked && !persistent) throw invalidParameter('Invalid parameter, output already locked')
    return outpoint
  })
  for (const outpoint of coins) {
    if (unlock) wallet.unlock(outpoint)
    else wallet.lock(outpoint, persistent)
  }
  return true
}

function listLocked({ wallet }: NodeWallet): JsonOutput {
  return [...wallet.locks()].map((key) => {
    const [txid = '', index = ''] = key.split(':')
    return { txid: hashToDisplay(hexToBytes(txid)), vout: Number(index) }
  })
}

/** The coins of a wallet. */
export const coinMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'listunspent',
      help: 'The coins that can be spent.',
      params: [
        optional('minconf', 'number', 'Only with so many confirmations.', { default: 1 }),
        optional('maxconf', 'number', 'Only with no more.', { default: 9_999_999 }),
        optional('addresses', 'array', 'Only on these.', { shape: paramShapes.ADDRESSES }),
        optional('include_unsafe', 'bool', 'Also what others sent and nobody confirmed.', { default: true }),
        optionsParam(
          'minimumAmount, maximumAmount, maximumCount, minimumSumAmount, include_immature_coinbase.',
          QUERY,
          'query_options',
        ),
      ],
      handler: listUnspent,
    },
    {
      name: 'lockunspent',
      help: 'Keeps coins from being spent, or lets them be.',
      params: [
        param('unlock', 'bool', 'Whether to let them be spent again.'),
        optional('transactions', 'array', 'Objects with txid and vout; all locked ones where it is left out.', {
          shape: paramShapes.OUTPOINTS,
        }),
        optional('persistent', 'bool', 'Locks stay over a restart.', { default: false }),
      ],
      handler: lockUnspent,
    },
    {
      name: 'listlockunspent',
      help: 'The coins that are kept from being spent.',
      params: [],
      handler: (_args: RpcArguments, owner: NodeWallet) => listLocked(owner),
    },
  ].map(walletMethod(host))
