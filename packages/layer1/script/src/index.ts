export * from './opcode/opcodes.ts'
export { opcodeFromName, opcodeName } from './opcode/names.ts'
export { isOpSuccess } from './opcode/opSuccess.ts'
export * from './limits.ts'
export { ScriptReader } from './encoding/scriptReader.ts'
export {
  decodeScriptNumber,
  encodeScriptNumber,
  isMinimalScriptNumber,
  MAX_SCRIPT_NUMBER_SIZE,
} from './encoding/scriptNumber.ts'
export { encodeDataPush, isMinimalPush } from './encoding/push.ts'
export {
  createScript,
  hasValidOps,
  isPushOnly,
  isUnspendable,
  parseScript,
  type ScriptOperation,
  type ScriptPart,
} from './encoding/script.ts'
export { parseScriptAsm, scriptToAsm } from './encoding/asm.ts'
export { isP2a, isP2pkh, isP2sh, isP2tr, isP2wpkh, isP2wsh } from './template/patterns.ts'
export {
  createMultisig,
  createNullData,
  createP2a,
  createP2pk,
  createP2pkh,
  createP2sh,
  createP2tr,
  createP2wpkh,
  createP2wsh,
} from './template/templates.ts'
export { classifyOutput, type OutputClass, type OutputType } from './template/classifyOutput.ts'
export {
  SIGHASH_ALL,
  SIGHASH_ANYONECANPAY,
  SIGHASH_DEFAULT,
  SIGHASH_NONE,
  SIGHASH_SINGLE,
  sighashTypeName,
} from './sighash/sighashType.ts'
export { SighashCache } from './sighash/sighashCache.ts'
export { computeLegacySighash, type EcdsaSighashRequest } from './sighash/legacySighash.ts'
export { computeSegwitV0Sighash } from './sighash/segwitV0Sighash.ts'
export {
  computeAnnexHash,
  computeTaprootSighash,
  encodeTaprootSigMsg,
  NO_CODE_SEPARATOR,
  type TaprootSighashRequest,
} from './sighash/taprootSighash.ts'
export {
  computeTapbranchHash,
  computeTapleafHash,
  computeTapTweak,
  TAPROOT_LEAF_MASK,
  TAPSCRIPT_LEAF_VERSION,
} from './taproot/hashes.ts'
export { computeTaprootOutputKey, computeTaprootSecretKey, type TaprootOutputKey } from './taproot/outputKey.ts'
export {
  createTaprootOutput,
  type TapLeaf,
  type TaprootLeafSpend,
  type TaprootOutput,
  type TapTree,
} from './taproot/tree.ts'
export { computeTaprootMerkleRoot, isControlBlockSize, verifyTaprootCommitment } from './taproot/commitment.ts'
export { isDefinedHashType, isPublicKeySize, isStrictDerSignature } from './interpreter/signatureEncoding.ts'
export * from './interpreter/flags.ts'
export { SCRIPT_ERRORS, scriptErrorMessage, type ScriptErrorCode } from './interpreter/scriptError.ts'
export type { SigVersion } from './interpreter/sigVersion.ts'
export { countP2shSigops, countSigops, countWitnessSigops } from './sigop/countSigops.ts'
export { evalScript } from './interpreter/evalScript.ts'
export { castToBool, type ScriptContext, type TapscriptContext } from './interpreter/machine.ts'
export { verifyScript, type VerifyScriptInput } from './interpreter/verifyScript.ts'
export { findAndDelete } from './interpreter/findAndDelete.ts'
export {
  NULL_CHECKER,
  type EcdsaCheck,
  type SignatureChecker,
  type TaprootContext,
} from './checker/signatureChecker.ts'
export { verifySignatureCheck, type SignatureCheck } from './checker/signatureCheck.ts'
export { TransactionChecker, type VerifySignature } from './checker/transactionChecker.ts'
export { collectInputChecks, verifyInput, type InputToVerify } from './checker/verifyInput.ts'
export { isLockTimeSatisfied, isSequenceSatisfied } from './checker/lockTime.ts'
export { computeDescriptorChecksum } from './descriptor/checksum.ts'
export {
  countDescriptors,
  type Descriptor,
  descriptorKeys,
  type DescriptorTree,
  expandMultipath,
  isRanged,
  type TrDescriptor,
} from './descriptor/descriptor.ts'
export type {
  ExtendedKeyExpression,
  KeyExpression,
  KeyOrigin,
  MusigExpression,
  SingleKey,
  Wildcard,
} from './descriptor/keyExpression.ts'
export { type DerivedAggregate, deriveAggregate } from './descriptor/aggregateKey.ts'
export { type DerivationViolation, type DerivedKey, deriveKey } from './descriptor/deriveKey.ts'
export { fixDescriptor } from './descriptor/fixDescriptor.ts'
export { type DerivedOutput, deriveOutputs } from './descriptor/deriveOutputs.ts'
export { type DescriptorForm, formatDescriptor, formatKey } from './descriptor/formatDescriptor.ts'
export { parseDescriptor } from './descriptor/parseDescriptor.ts'
export { inferDescriptor, type ScriptKnowledge } from './descriptor/inferDescriptor.ts'
export type { HashFragment, Miniscript, MiniscriptContext } from './miniscript/fragment.ts'
export { type DecodedMiniscript, decodeMiniscript, type KeyOfHash } from './miniscript/decodeMiniscript.ts'
export { encodeMiniscript } from './miniscript/encodeMiniscript.ts'
export { formatMiniscript } from './miniscript/formatMiniscript.ts'
export { explainInsanity, type Insanity } from './miniscript/insanity.ts'
export { computeResourceUse, type ResourceUse } from './miniscript/limits.ts'
export { type MiniscriptKeyReader, parseMiniscript } from './miniscript/parseMiniscript.ts'
export {
  type MiniscriptSatisfaction,
  type MiniscriptSatisfier,
  satisfyMiniscript,
} from './miniscript/satisfyMiniscript.ts'
