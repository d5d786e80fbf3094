import { equalBytes } from '@ply/bytes'
import {
  MAX_MONEY,
  type OutPoint,
  outPointKey,
  sats,
  type Transaction,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import {
  expectInteger,
  type Json,
  type JsonObject,
  jsonTypeName,
  parseHash,
  parseHexBytes,
  RPC_ERROR,
  RpcError,
  isJsonObject,
} from '@ply/rpc'
import { createP2sh, createP2wsh, isP2sh, isP2wsh, scriptToAsm } from '@ply/script'
import { readAmount } from './amount.ts'
import type { Layer1Node } from '../../layer1Node.ts'

/** Outputs by `outPointKey`, and the scripts that were given with them. */
export interface SpentCoins {
  readonly outputs: Map<string, TxOutput>
  readonly scripts: Uint8Array[]
}

/** The outputs of chain and pool that a transaction spends. Others of the pool may spend them, too. */
export async function findSpentCoins({ mempool }: Layer1Node, tx: Transaction): Promise<SpentCoins> {
  const outputs = new Map<string, TxOutput>()
  for (const { prevout } of tx.inputs) {
    const found = await mempool.findOutput(prevout)
    if (found) outputs.set(outPointKey(prevout), found.output)
  }
  return { outputs, scripts: [] }
}

function checkTypes(value: JsonObject, types: Readonly<Record<string, 'string' | 'number'>>, optional = false): void {
  for (const [name, expected] of Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const actual = jsonTypeName(value[name] ?? null)
    if (actual === expected || (optional && actual === 'null')) continue
    const message =
      actual === 'null'
        ? `Missing ${name}`
        : `JSON value of type ${actual} for field ${name} is not of expected type ${expected}`
    throw new RpcError(RPC_ERROR.type, message)
  }
}

/** The script behind a script hash, and the witness program around it: one of them must be what the output says. */
function readScripts(given: JsonObject, scriptPubKey: Uint8Array): readonly Uint8Array[] {
  const refuse = (message: string): never => {
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  checkTypes(given, { redeemScript: 'string', witnessScript: 'string' }, true)
  const { redeemScript, witnessScript } = given
  const chosen = witnessScript ?? redeemScript
  if (chosen === undefined || chosen === null) return refuse('Missing redeemScript/witnessScript')
  const script = parseHexBytes(chosen, witnessScript ? 'witnessScript' : 'redeemScript')
  const program = createP2wsh(script)
  if (witnessScript && redeemScript && witnessScript !== redeemScript) {
    const redeem = parseHexBytes(redeemScript, 'redeemScript')
    if (!equalBytes(redeem, program)) refuse('redeemScript does not correspond to witnessScript')
  }
  const possible = isP2sh(scriptPubKey) ? [createP2sh(script), createP2sh(program)] : [program]
  if (!possible.some((output) => equalBytes(output, scriptPubKey))) {
    refuse('redeemScript/witnessScript does not match scriptPubKey')
  }
  return [script, program]
}

/** Adds outputs that the caller knows of (`prevtxs`), and the scripts behind them unless the signer knows its own. */
export function addGivenCoins(
  { outputs, scripts }: SpentCoins,
  given: readonly Json[],
  { withScripts = true } = {},
): void {
  for (const value of given) {
    if (!isJsonObject(value)) {
      const message = 'expected object with {"txid\'","vout","scriptPubKey"}'
      throw new RpcError(RPC_ERROR.deserialization, message)
    }
    const coin = value
    checkTypes(coin, { txid: 'string', vout: 'number', scriptPubKey: 'string' })
    const txid = parseHash(coin['txid']!, 'txid') as Txid
    const index = expectInteger(coin['vout'], [-0x80000000, 0x7fffffff])
    if (index < 0) throw new RpcError(RPC_ERROR.deserialization, 'vout cannot be negative')
    const prevout: OutPoint = { txid, index }
    const scriptPubKey = parseHexBytes(coin['scriptPubKey']!, 'scriptPubKey')
    const known = outputs.get(outPointKey(prevout))
    if (known && !equalBytes(known.scriptPubKey, scriptPubKey)) {
      throw new RpcError(
        RPC_ERROR.deserialization,
        `Previous output scriptPubKey mismatch:\n${scriptToAsm(known.scriptPubKey)}\nvs:\n${scriptToAsm(scriptPubKey)}`,
      )
    }
    // Without an amount, segwit cannot be signed: this one stands for none.
    const amount = coin['amount'] === undefined ? sats(MAX_MONEY) : readAmount(coin['amount'])
    outputs.set(outPointKey(prevout), { value: amount, scriptPubKey })
    if (withScripts && (isP2sh(scriptPubKey) || isP2wsh(scriptPubKey))) scripts.push(...readScripts(coin, scriptPubKey))
  }
}
