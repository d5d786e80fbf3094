import { ByteWriter } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { encodeTransaction, type Transaction, type TxOutput, writeOutput } from '@ply/primitives'
import { createP2wpkh, SIGHASH_ALL } from '@ply/script'
import type { KeyPath } from '../keys/scriptType.ts'
import type { WalletState } from '../state/walletState.ts'
import { INPUT, OUTPUT } from './fieldType.ts'
import { encodeKeyOrigin, encodeTapKeyOrigin } from './keyOrigins.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, setPsbtEntry, setPsbtValue } from './psbtMap.ts'

/** The PSBT with one input's map changed. */
export function updatePsbtInput(psbt: Psbt, index: number, update: (map: PsbtMap) => PsbtMap): Psbt {
  return { ...psbt, inputs: psbt.inputs.map((map, i) => (i === index ? update(map) : map)) }
}

/** The PSBT with one output's map changed. */
export function updatePsbtOutput(psbt: Psbt, index: number, update: (map: PsbtMap) => PsbtMap): Psbt {
  return { ...psbt, outputs: psbt.outputs.map((map, i) => (i === index ? update(map) : map)) }
}

export const setWitnessUtxo = (map: PsbtMap, output: TxOutput): PsbtMap => {
  const writer = new ByteWriter(64)
  writeOutput(writer, output)
  return setPsbtValue(map, INPUT.witnessUtxo, writer.finish())
}

/** The whole transaction, less its witnesses: its txid, which they are no part of, is what an input names. */
export const setNonWitnessUtxo = (map: PsbtMap, tx: Transaction): PsbtMap =>
  setPsbtValue(map, INPUT.nonWitnessUtxo, encodeTransaction(tx, false))

/** Names the wallet's key in an input or output map (BIP 174, BIP 371). */
function setDerivation(map: PsbtMap, state: WalletState, key: KeyPath, types: typeof INPUT | typeof OUTPUT): PsbtMap {
  const keys = state.addresses.keys(key.type)
  const publicKey = keys.publicKey(key.chain, key.index)
  const { fingerprint, path } = keys.account
  const origin = { fingerprint, path: [...path, key.chain, key.index] }
  switch (key.type) {
    case 'p2sh-p2wpkh': {
      const withScript = setPsbtValue(map, types.redeemScript, createP2wpkh(hash160(publicKey)))
      return setPsbtEntry(withScript, {
        type: types.bip32Derivation,
        keyData: publicKey,
        value: encodeKeyOrigin(origin),
      })
    }
    case 'p2wpkh':
    case 'p2pkh':
      return setPsbtEntry(map, { type: types.bip32Derivation, keyData: publicKey, value: encodeKeyOrigin(origin) })
    case 'p2tr': {
      const internalKey = publicKey.slice(1)
      // No leaf hashes: the internal key belongs to no script.
      const value = encodeTapKeyOrigin(origin, [])
      const withOrigin = setPsbtEntry(map, { type: types.tapBip32Derivation, keyData: internalKey, value })
      return setPsbtValue(withOrigin, types.tapInternalKey, internalKey)
    }
  }
}

/** BIP 174's Updater: adds what the wallet knows of inputs and outputs: spent outputs, their transactions, keys. */
export function updatePsbt(psbt: Psbt, state: WalletState): Psbt {
  const inputs = psbt.inputs.map((map, i) => {
    const { prevout } = psbt.tx.inputs[i]!
    const output = state.outputOf(prevout)
    const key = output && state.addresses.find(output.scriptPubKey)
    if (!key) return map
    // Legacy signatures do not cover the amount, so their signers need the whole transaction; those of segwit v0 may
    // want it, too (BIP 174).
    const withOutput = key.type === 'p2pkh' ? map : setWitnessUtxo(map, output)
    const previous = key.type === 'p2tr' ? undefined : state.transaction(prevout.txid)
    return setDerivation(previous ? setNonWitnessUtxo(withOutput, previous) : withOutput, state, key, INPUT)
  })
  const outputs = psbt.outputs.map((map, i) => {
    const key = state.addresses.find(psbt.tx.outputs[i]!.scriptPubKey)
    return key ? setDerivation(map, state, key, OUTPUT) : map
  })
  return { ...psbt, inputs, outputs }
}

/** Asks signers for a sighash type other than `SIGHASH_ALL`. */
export const setSighashType = (map: PsbtMap, hashType: number = SIGHASH_ALL): PsbtMap =>
  setPsbtValue(map, INPUT.sighashType, new ByteWriter(4).u32(hashType).finish())
