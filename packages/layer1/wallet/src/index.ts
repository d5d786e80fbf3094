export {
  CHANGE,
  RECEIVE,
  NATIVE_SCRIPT_TYPES,
  SCRIPT_TYPES,
  type Chain,
  type KeyPath,
  type ScriptType,
} from './keys/scriptType.ts'
export { accountPath, AccountKeys, createAccount, type Account } from './keys/account.ts'
export { computeOutputScript } from './keys/outputScript.ts'
export { type AccountOptions, normalizeMnemonic, SecretKeys } from './keys/secretKeys.ts'
export { computeDescriptorChecksum } from '@ply/script'
export { createDescriptor, formatDerivationPath } from './descriptor/accountDescriptor.ts'
export {
  DEFAULT_SCRYPT_COST,
  openSeed,
  parseSeedEnvelope,
  sealSeed,
  type ScryptCost,
  type SeedEnvelope,
} from './seed/seedEnvelope.ts'
export { AddressBook, GAP_LIMIT, type SavedChain } from './state/addressBook.ts'
export { COINBASE_MATURITY, isSpendable, type Balance, type Coin, type SelectableCoin } from './state/coin.ts'
export type { HistoryEntry } from './state/history.ts'
export type { TransactionRecord, TransactionStatus } from './state/transactionLog.ts'
export { ChainLedger, KEPT_BLOCK_HASHES, type LedgerContents, type ScriptBook, type Tip } from './state/chainLedger.ts'
export { WalletState, type WalletAddress, type WalletContents } from './state/walletState.ts'
export { loadWalletState, SAVED_STATE_VERSION, saveWalletState } from './state/savedState.ts'
export { computeDustThreshold, DUST_RELAY_FEE_RATE } from './coins/dust.ts'
export { feeForTransaction, feeForWeight, SAT_PER_VBYTE, type FeeRate } from './coins/feeRate.ts'
export { selectCoins, type SelectionRequest } from './coins/selectCoins.ts'
export { inputWeight, outputWeight, SATISFACTION_WEIGHTS, unsignedWeight } from './coins/weight.ts'
export { createTransaction, findCoins, type PaymentRequest, type PaymentTarget } from './create/createTransaction.ts'
export {
  bumpFee,
  type BumpedTransaction,
  type BumpError,
  type BumpOptions,
  describeBumpError,
  findReplaceable,
  INCREMENTAL_RELAY_FEE_RATE,
} from './create/bumpFee.ts'
export { type ChildError, createChild, type ParentPackage } from './create/childPaysForParent.ts'
export { describeFundingError, type FundingError } from './create/fundingError.ts'
export {
  fundTransaction,
  type FundedTransaction,
  type FundingBase,
  type FundingOptions,
} from './create/fundTransaction.ts'
export { computeAntiFeeSnipingLockTime } from './create/lockTime.ts'
export { signEcdsaLowR } from './sign/ecdsaLowR.ts'
export { signLegacy, signP2wpkh, signSegwitV0, signTaprootKeyPath, type SignRequest } from './sign/signInput.ts'
export { extractSignatures, type InputSignatures, mergeSignatures } from './sign/inputSignatures.ts'
export {
  type ProducedScripts,
  produceScripts,
  type ScriptRequest,
  type SigningKey,
  type SigningSource,
} from './sign/produceScripts.ts'
export { signTransaction, type SigningContext } from './sign/signTransaction.ts'
export { finalTransaction, isPsbtInputVerified, isPsbtVerified, psbtFinalScripts } from './psbt/verifyPsbt.ts'
export { decodeBase64, encodeBase64 } from './psbt/base64.ts'
export { chooseSighash, noteSighash } from './psbt/chooseSighash.ts'
export { combinePsbts } from './psbt/combinePsbts.ts'
export { dropUnneededTransactions } from './psbt/dropTransactions.ts'
export { GLOBAL as PSBT_GLOBAL, INPUT as PSBT_INPUT, OUTPUT as PSBT_OUTPUT } from './psbt/fieldType.ts'
export {
  finalWitness,
  extractTransaction,
  finalizePsbt,
  finalizePsbtInput,
  type PsbtFinalizeError,
} from './psbt/finalizePsbt.ts'
export {
  addPsbtInput,
  addPsbtOutput,
  closePsbt,
  createEmptyPsbt,
  type PsbtConstructError,
  type PsbtInputToAdd,
} from './psbt/constructPsbt.ts'
export { toPsbtVersion0, toPsbtVersion2 } from './psbt/convertPsbt.ts'
export {
  createPsbt,
  decodePsbt,
  encodePsbt,
  nonWitnessUtxo,
  psbtId,
  psbtPrevout,
  type Psbt,
  type PsbtVersion,
} from './psbt/psbt.ts'
export {
  psbtEntries,
  psbtUint32,
  psbtValue,
  setPsbtEntry,
  setPsbtValue,
  type PsbtEntry,
  type PsbtMap,
} from './psbt/psbtMap.ts'
export { psbtInputKeys, type PsbtKey } from './psbt/keyOrigins.ts'
export { partialSignatures, psbtSighashType, signPsbtInput, type PsbtSignError } from './psbt/signPsbt.ts'
export { signPsbt, type SignedPsbt } from './psbt/signWithWallet.ts'
export { MAX_OPEN_SESSIONS, SecretNonces, type NoncePurpose } from './psbt/musig2/secretNonces.ts'
export { signMusig2Input, type Musig2Signer } from './psbt/musig2/signMusig2.ts'
export { setDerivedInput, setDerivedOutput } from './psbt/updateFromDescriptor.ts'
export {
  setNonWitnessUtxo,
  setSighashType,
  setWitnessUtxo,
  updatePsbt,
  updatePsbtInput,
  updatePsbtOutput,
} from './psbt/updatePsbt.ts'
export {
  computeLegacyMessageHash,
  signLegacyMessage,
  verifyLegacyMessage,
  type LegacyMessageViolation,
  type MessageToVerify,
} from './message/legacyMessage.ts'
export { createMessagePsbt, encodeMessagePsbt, PSBT_GLOBAL_GENERIC_SIGNED_MESSAGE } from './message/messagePsbt.ts'
export { decodeMessageSignature, encodeMessageSignature, type MessageSignature } from './message/messageSignature.ts'
export type { MessageViolation } from './message/messageViolation.ts'
export { signMessage, type MessageSigningViolation, type MessageToSign } from './message/signMessage.ts'
export { verifyMessage, type MessageVerdict, type ProvenCoin } from './message/verifyMessage.ts'
export { computeMessageHash, createToSign, createToSpend, type ToSignOptions } from './message/virtualTransactions.ts'
export { exportLabels, importLabels, MAX_LABEL_LENGTH } from './labels/labels.ts'
export { AddressLabels, type AddressPurpose, type LabelledAddress } from './descriptorWallet/addressLabels.ts'
export { type AmountEntry, computeAmounts, type TransactionAmounts } from './descriptorWallet/amounts.ts'
export {
  type AvailableCoin,
  availableCoins,
  blocksToMaturity,
  type CoinFilter,
  isFromMe,
  isInMempool,
  isTrusted,
  spentScripts,
} from './descriptorWallet/coins.ts'
export { computeWalletBalances, type WalletBalances } from './descriptorWallet/balances.ts'
export { DEFAULT_KEYPOOL_SIZE, DescriptorBook, type SavedDescriptor } from './descriptorWallet/descriptorBook.ts'
export {
  DescriptorWallet,
  type DescriptorWalletContents,
  EMPTY_WALLET,
  type TransactionNote,
  type WalletChanges,
  type WalletEnvironment,
  type WalletFlags,
} from './descriptorWallet/descriptorWallet.ts'
export { type FillError, type FillOptions, fillPsbt } from './descriptorWallet/fillPsbt.ts'
export { EMPTY_INPUT_WEIGHT, signedInputWeight } from './descriptorWallet/inputSize.ts'
export { privateKeys, solvePrivately } from './descriptorWallet/signingKeys.ts'
export { KeyRing, type SavedSecrets } from './descriptorWallet/keyRing.ts'
export {
  descriptorOutputType,
  isOutputType,
  OUTPUT_TYPES,
  type OutputType,
  outputTypeOf,
} from './descriptorWallet/outputType.ts'
export { formatMoney } from './descriptorWallet/formatMoney.ts'
export { checkVersionOf } from './descriptorWallet/payment/presets.ts'
export { createPayment } from './descriptorWallet/payment/createPayment.ts'
export {
  type CreatedPayment,
  MAX_STANDARD_TX_WEIGHT,
  maxTransactionWeight,
  type PaymentHabits,
  type PaymentOrder,
  type PaymentRates,
  type PresetInput,
  type Recipient,
} from './descriptorWallet/payment/order.ts'
export { TRUC_VERSION } from './state/mempoolConflicts.ts'
export { type Ancestry, type BumpFees, EMPTY_POOL, type PoolView } from './descriptorWallet/poolView.ts'
export { copyWatchOnly } from './descriptorWallet/watchOnly.ts'
export { concreteDescriptor } from './descriptorWallet/concreteDescriptor.ts'
export { accountDescriptorId, addAccount, addAccounts } from './descriptorWallet/setup.ts'
export {
  createWalletDescriptor,
  type DescriptorKey,
  descriptorId,
  hasSecrets,
  keypoolSize,
  type WalletDescriptor,
} from './descriptorWallet/walletDescriptor.ts'
