/** Which of a PSBT's maps a field stands in. */
export type PsbtPlace = 'Global' | 'Input' | 'Output'

/** Key types of PSBT maps (BIP 174, BIP 370, BIP 371, BIP 373). */
export const GLOBAL = {
  unsignedTx: 0x00,
  xpub: 0x01,
  txVersion: 0x02,
  fallbackLockTime: 0x03,
  inputCount: 0x04,
  outputCount: 0x05,
  txModifiable: 0x06,
  version: 0xfb,
  proprietary: 0xfc,
} as const

export const INPUT = {
  nonWitnessUtxo: 0x00,
  witnessUtxo: 0x01,
  partialSig: 0x02,
  sighashType: 0x03,
  redeemScript: 0x04,
  witnessScript: 0x05,
  bip32Derivation: 0x06,
  finalScriptSig: 0x07,
  finalScriptWitness: 0x08,
  ripemd160: 0x0a,
  sha256: 0x0b,
  hash160: 0x0c,
  hash256: 0x0d,
  previousTxid: 0x0e,
  outputIndex: 0x0f,
  sequence: 0x10,
  requiredTimeLockTime: 0x11,
  requiredHeightLockTime: 0x12,
  tapKeySig: 0x13,
  tapScriptSig: 0x14,
  tapLeafScript: 0x15,
  tapBip32Derivation: 0x16,
  tapInternalKey: 0x17,
  tapMerkleRoot: 0x18,
  musig2Participants: 0x1a,
  musig2PublicNonce: 0x1b,
  musig2PartialSig: 0x1c,
  proprietary: 0xfc,
} as const

export const OUTPUT = {
  redeemScript: 0x00,
  witnessScript: 0x01,
  bip32Derivation: 0x02,
  amount: 0x03,
  script: 0x04,
  tapInternalKey: 0x05,
  tapTree: 0x06,
  tapBip32Derivation: 0x07,
  musig2Participants: 0x08,
  proprietary: 0xfc,
} as const
