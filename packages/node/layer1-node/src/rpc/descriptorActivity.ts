import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { computeTxid, hashToDisplay, isCoinbase, type Transaction, type TxOutput } from '@ply/primitives'
import {
  btcAmount,
  type JsonOutput,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { scriptPubKeyJson } from './json/scriptJson.ts'
import { checkHasBlock, checkHasUndo, findBlock, readStoredBlock, readStoredUndo } from './lookups.ts'
import { expandScanObjects } from './scanObjects.ts'
import { BLOCK_HASHES, SCAN_OBJECTS } from './paramShapes.ts'

/** A transaction with the outputs that it spends, in order; without a block, of the mempool. */
interface Payment {
  readonly tx: Transaction
  readonly spent: readonly (TxOutput | undefined)[]
  readonly block?: BlockNode
}

/** What a transaction does to the scripts (hex): first what it spends of them, then what it pays to them. */
function* activityOf({ tx, spent, block }: Payment, node: Layer1Node, scripts: ScriptSet): Iterable<JsonOutput> {
  const txid = hashToDisplay(computeTxid(tx))
  const event = (type: 'spend' | 'receive', { value }: TxOutput): Record<string, JsonOutput> => ({
    type,
    amount: btcAmount(value),
    blockhash: block && hashToDisplay(block.hash),
    height: block?.height,
  })
  for (const [vin, { prevout }] of tx.inputs.entries()) {
    const output = spent[vin]
    if (!output || !scripts.has(bytesToHex(output.scriptPubKey))) continue
    yield {
      ...event('spend', output),
      spend_txid: txid,
      spend_vin: vin,
      prevout_txid: hashToDisplay(prevout.txid),
      prevout_vout: prevout.index,
      prevout_spk: scriptPubKeyJson(output.scriptPubKey, node),
    }
  }
  for (const [vout, output] of tx.outputs.entries()) {
    if (!scripts.has(bytesToHex(output.scriptPubKey))) continue
    yield {
      ...event('receive', output),
      txid,
      vout,
      output_spk: scriptPubKeyJson(output.scriptPubKey, node),
    }
  }
}

type ScriptSet = Pick<ReadonlySet<string>, 'has'>

/** The blocks by height, each once. */
function readBlocks(node: Layer1Node, args: RpcArguments): BlockNode[] {
  const blocks = args.array('blockhashes').map((hash) => findBlock(node, parseHash(hash, 'blockhash')))
  if (!blocks.every((block) => node.chain.tree.active.contains(block))) {
    throw new RpcError(RPC_ERROR.invalidParameter, 'Block is not in main chain')
  }
  return [...new Set(blocks)].sort((a, b) => a.height - b.height)
}

async function* paymentsOfBlock(node: Layer1Node, block: BlockNode): AsyncIterable<Payment> {
  checkHasBlock(node, block)
  checkHasUndo(node, block)
  const { transactions } = await readStoredBlock(node, block)
  const undo = (await readStoredUndo(node, block)) ?? []
  for (const [i, tx] of transactions.entries()) {
    yield { tx, spent: isCoinbase(tx) ? [] : undo[i - 1]!.map(({ output }) => output), block }
  }
}

/** All unconfirmed transactions. What they spend is unspent on the chain, or paid by one of them. */
function paymentsOfMempool({ chain, mempool: { mempool } }: Layer1Node): Promise<Payment[]> {
  return chain.exclusive(async () => {
    const transactions = mempool.inMiningOrder().map(({ tx }) => tx)
    const prevouts = transactions.flatMap((tx) => tx.inputs.map(({ prevout }) => prevout))
    await chain.loadCoins(prevouts.filter(({ txid }) => !mempool.get(txid)))
    return transactions.map((tx) => ({
      tx,
      spent: tx.inputs.map(({ prevout }) => {
        const parent = mempool.get(prevout.txid)
        return parent ? parent.tx.outputs[prevout.index] : chain.coins.get(prevout)?.output
      }),
    }))
  })
}

async function descriptorActivity(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const blocks = readBlocks(node, args)
  const scripts = expandScanObjects(node, args.array('scanobjects'))
  const activity: JsonOutput[] = []
  for (const block of blocks) {
    for await (const payment of paymentsOfBlock(node, block)) activity.push(...activityOf(payment, node, scripts))
  }
  if (args.boolean('include_mempool')) {
    for (const payment of await paymentsOfMempool(node)) activity.push(...activityOf(payment, node, scripts))
  }
  return { activity }
}

export const descriptorActivityMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'getdescriptoractivity',
    group: 'Blockchain',
    help: 'What blocks, as scanblocks finds them, spend of descriptors and pay to them.',
    params: [
      param('blockhashes', 'array', 'Blocks of the active chain, in any order.', {
        shape: BLOCK_HASHES,
        form: '["blockhash",...]',
      }),
      param('scanobjects', 'array', 'Descriptors.', { shape: SCAN_OBJECTS }),
      optional('include_mempool', 'bool', 'And unconfirmed transactions.', { default: true }),
    ],
    handler: (args) => descriptorActivity(node, args),
  },
]
