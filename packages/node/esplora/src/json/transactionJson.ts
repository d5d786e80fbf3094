import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import {
  computeTxid,
  encodeAddress,
  hashToDisplay,
  isCoinbase,
  type NetworkParameters,
  totalSize,
  type Transaction,
  transactionWeight,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import { classifyOutput, isP2sh, isP2wsh, type OutputType, ScriptReader } from '@ply/script'
import { esploraAsm } from './scriptAsm.ts'

const TYPES: Readonly<Record<OutputType, string>> = {
  nonstandard: 'unknown',
  anchor: 'anchor',
  nulldata: 'op_return',
  pubkey: 'p2pk',
  pubkeyhash: 'p2pkh',
  scripthash: 'p2sh',
  multisig: 'multisig',
  witness_v0_keyhash: 'v0_p2wpkh',
  witness_v0_scripthash: 'v0_p2wsh',
  witness_v1_taproot: 'v1_p2tr',
  witness_unknown: 'unknown',
}

function outputJson({ scriptPubKey, value }: TxOutput, network: NetworkParameters): Record<string, JsonOutput> {
  const { type } = classifyOutput(scriptPubKey)
  return {
    scriptpubkey: bytesToHex(scriptPubKey),
    scriptpubkey_asm: esploraAsm(scriptPubKey),
    scriptpubkey_type: scriptPubKey.length === 0 ? 'empty' : TYPES[type],
    scriptpubkey_address: type === 'pubkey' ? undefined : encodeAddress(scriptPubKey, network),
    value,
  }
}

/** The last push of a scriptSig: a P2SH output's redeem script. */
function lastPush(scriptSig: Uint8Array): Uint8Array | undefined {
  const reader = new ScriptReader(scriptSig)
  let last: Uint8Array | undefined
  while (reader.next()) last = reader.data()
  return last
}

/** The scripts that an input shows and its output only committed to. */
function innerScripts({ scriptSig, witness }: TxInput, spent: TxOutput): Record<string, JsonOutput> {
  const redeem = isP2sh(spent.scriptPubKey) ? lastPush(scriptSig) : undefined
  const inner = isP2wsh(redeem ?? spent.scriptPubKey) ? witness.at(-1) : undefined
  return {
    inner_redeemscript_asm: redeem && esploraAsm(redeem),
    inner_witnessscript_asm: inner && esploraAsm(inner),
  }
}

/** Where a transaction is confirmed, if it is. */
export function statusJson(node: BlockNode | undefined): Record<string, JsonOutput> {
  if (!node) return { confirmed: false }
  return { confirmed: true, block_height: node.height, block_hash: hashToDisplay(node.hash), block_time: node.time }
}

export interface TransactionJsonFields {
  readonly tx: Transaction
  /** What each input spends; empty for a coinbase. */
  readonly spent: readonly (TxOutput | undefined)[]
  /** The block that confirms it. */
  readonly node: BlockNode | undefined
}

/** A transaction as Esplora shows it. Values in satoshi. */
export function transactionJson(
  { tx, spent, node }: TransactionJsonFields,
  network: NetworkParameters,
): Record<string, JsonOutput> {
  const coinbase = isCoinbase(tx)
  const paid = tx.outputs.reduce((sum, { value }) => sum + value, 0n)
  const received = spent.reduce((sum, output) => sum + (output?.value ?? 0n), 0n)
  return {
    txid: hashToDisplay(computeTxid(tx)),
    version: tx.version,
    locktime: tx.lockTime,
    vin: tx.inputs.map((input, i) => ({
      txid: hashToDisplay(input.prevout.txid),
      vout: input.prevout.index,
      prevout: spent[i] ? outputJson(spent[i], network) : null,
      scriptsig: bytesToHex(input.scriptSig),
      scriptsig_asm: esploraAsm(input.scriptSig),
      ...(spent[i] && innerScripts(input, spent[i])),
      witness: input.witness.length > 0 ? input.witness.map(bytesToHex) : undefined,
      is_coinbase: coinbase,
      sequence: input.sequence,
    })),
    vout: tx.outputs.map((output) => outputJson(output, network)),
    size: totalSize(tx),
    weight: transactionWeight(tx),
    fee: coinbase ? 0 : received - paid,
    status: statusJson(node),
  }
}
