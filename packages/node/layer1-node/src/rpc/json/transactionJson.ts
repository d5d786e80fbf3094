import type { Coin } from '@ply/consensus'
import {
  computeTxid,
  computeWtxid,
  encodeTransaction,
  hashToDisplay,
  isCoinbase,
  type NetworkParameters,
  totalSize,
  type Transaction,
  transactionWeight,
  type TxInput,
  virtualSize,
} from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'
import { scriptToAsm } from '@ply/script'
import { hexOf } from './hexOf.ts'
import { scriptPubKeyJson } from './scriptJson.ts'

export interface TransactionJsonOptions {
  readonly network: NetworkParameters
  /** The coins that the inputs spend, where known: they give the fee. */
  readonly coins?: readonly Coin[] | undefined
  /** Show those coins too. */
  readonly prevouts?: boolean
  readonly hex?: boolean
}

function inputJson(input: TxInput, coinbase: boolean, prevout: JsonOutput): JsonOutput {
  const { scriptSig, sequence, witness } = input
  const txinwitness = witness.length > 0 ? witness.map(hexOf) : undefined
  if (coinbase) return { coinbase: hexOf(scriptSig), txinwitness, sequence }
  return {
    txid: hashToDisplay(input.prevout.txid),
    vout: input.prevout.index,
    scriptSig: { asm: scriptToAsm(scriptSig, true), hex: hexOf(scriptSig) },
    txinwitness,
    prevout,
    sequence,
  }
}

function prevoutJson(coin: Coin, network: NetworkParameters): JsonOutput {
  return {
    generated: coin.isCoinbase,
    height: coin.height,
    value: btcAmount(coin.output.value),
    scriptPubKey: scriptPubKeyJson(coin.output.scriptPubKey, network),
  }
}

/** A transaction as Bitcoin Core shows it. */
export function transactionJson(tx: Transaction, options: TransactionJsonOptions): Record<string, JsonOutput> {
  const { network, coins, prevouts = false, hex = true } = options
  const coinbase = isCoinbase(tx)
  const vin = tx.inputs.map((input, i) =>
    inputJson(input, coinbase, prevouts && coins?.[i] ? prevoutJson(coins[i], network) : undefined),
  )
  const vout = tx.outputs.map((output, n) => ({
    value: btcAmount(output.value),
    n,
    scriptPubKey: scriptPubKeyJson(output.scriptPubKey, network),
  }))
  const spent = coins?.reduce((sum, coin) => sum + coin.output.value, 0n)
  const paid = tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  return {
    txid: hashToDisplay(computeTxid(tx)),
    hash: hashToDisplay(computeWtxid(tx)),
    version: tx.version,
    size: totalSize(tx),
    vsize: virtualSize(tx),
    weight: transactionWeight(tx),
    locktime: tx.lockTime,
    vin,
    vout,
    fee: spent === undefined ? undefined : btcAmount(spent - paid),
    hex: hex ? hexOf(encodeTransaction(tx)) : undefined,
  }
}
