import { bytesToHex, concatBytes, equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { computeSigopCost } from '@ply/consensus'
import { transactionWeight, type TxInput } from '@ply/primitives'
import { isP2tr, SIGHASH_ALL, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS } from '@ply/script'
import {
  chooseSighash,
  isPsbtInputVerified,
  psbtFinalScripts,
  nonWitnessUtxo,
  type Psbt,
  PSBT_INPUT,
  psbtInputKeys,
  psbtPrevout,
  psbtValue,
  produceScripts,
} from '@ply/wallet'
import { inspectInput } from './missing.ts'

/** Virtual bytes that one signature operation counts for at least. */
const BYTES_PER_SIGOP = 20
/** What signatures take at most once r is low, and in taproot. */
const DUMMY_ECDSA = concatBytes(
  Uint8Array.of(0x30, 68, 2, 32),
  new Uint8Array(32),
  Uint8Array.of(2, 32),
  new Uint8Array(33),
)
const DUMMY_SCHNORR = new Uint8Array(64)

type Scripts = Pick<TxInput, 'scriptSig' | 'witness'>

/** The scripts that an input will have, signatures filled with zeros; undefined while a key or a script is missing. */
function dummyScripts(psbt: Psbt, index: number): Scripts | undefined {
  const map = psbt.inputs[index]!
  const spent = psbtPrevout(psbt, index)
  if (!spent) return undefined
  const isTaproot = isP2tr(spent.scriptPubKey)
  // Bitcoin Core says nothing of a finished taproot input without the transaction that proves its amount.
  if (isPsbtInputVerified(psbt, index)) return isTaproot && !nonWitnessUtxo(map) ? undefined : psbtFinalScripts(map)
  if (!chooseSighash(psbt.inputs[index]!, spent.scriptPubKey, undefined).ok) return undefined
  if (isTaproot) return { scriptSig: new Uint8Array(0), witness: [DUMMY_SCHNORR] }
  const { keys } = inspectInput(psbt, index)
  const scripts = [PSBT_INPUT.redeemScript, PSBT_INPUT.witnessScript].map((type) => psbtValue(map, type))
  const known = [...keys, ...psbtInputKeys(map).map(({ publicKey }) => publicKey)]
  const cache = new SighashCache(
    psbt.tx,
    psbt.inputs.map((_, i) => psbtPrevout(psbt, i)),
  )
  const produced = produceScripts(
    { cache, inputIndex: index, spent, hashType: SIGHASH_ALL, auxRand: undefined },
    {
      keyOfHash: (hash) => {
        const publicKey = known.find((key) => equalBytes(hash160(key), hash))
        return publicKey && { publicKey }
      },
      ignoreLocks: true,
      scriptOfHash: (hash) => scripts.find((script) => script && equalBytes(hash160(script), hash)),
    },
    { signatures: new Map(keys.map((key) => [bytesToHex(key), DUMMY_ECDSA])) },
  )
  return produced.solved ? produced : undefined
}

/** Virtual bytes of the signed transaction; undefined while a key or a script of an input is missing. */
export function estimateVirtualSize(psbt: Psbt): number | undefined {
  const scripts = psbt.inputs.map((_, index) => dummyScripts(psbt, index))
  if (scripts.includes(undefined)) return undefined
  const inputs = psbt.tx.inputs.map((input, i) => ({ ...input, ...scripts[i]! }))
  const tx = {
    ...psbt.tx,
    inputs: inputs.map(({ prevout, sequence, scriptSig, witness }) => ({ prevout, sequence, scriptSig, witness })),
  }
  const coins = psbt.inputs.map((_, i) => ({ output: psbtPrevout(psbt, i)!, height: 1, isCoinbase: true }))
  const sigops = computeSigopCost(tx, coins, STANDARD_SCRIPT_VERIFY_FLAGS)
  return Math.ceil(Math.max(transactionWeight(tx), sigops * BYTES_PER_SIGOP) / 4)
}
