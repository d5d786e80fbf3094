import { errorCase, type RpcErrorCase } from '@ply/rpc'
import type { WalletMethodName } from './results.ts'

const NOT_LOADED = errorCase('walletNotFound', 'Requested wallet does not exist or is not loaded')
const NOT_FOUND = errorCase('walletNotFound', 'Wallet file verification failed.…')
const BAD_FILE = errorCase('wallet', 'Wallet file verification failed.…')
const EXISTS = errorCase('walletAlreadyExists', 'Failed to restore wallet. Database file exists…')
const LOADING = errorCase('wallet', 'Wallet already loading.')
const RESCANNING = errorCase('wallet', 'Wallet is currently rescanning. Abort existing rescan or wait.')
const PRUNED = errorCase('misc', "Can't rescan beyond pruned data.…")
const LOCKED = errorCase('walletUnlockNeeded', 'Error: Please enter the wallet passphrase with walletpassphrase first.')
const WRONG_PASSPHRASE = errorCase('walletPassphraseIncorrect', 'Error: The wallet passphrase entered was incorrect.')
const NOT_ENCRYPTED = errorCase(
  'walletWrongEncryptionState',
  'Error: running with an unencrypted wallet, but … was called.',
)
const EMPTY_PASSPHRASE = errorCase('invalidParameter', 'passphrase cannot be empty')
const BUSY = errorCase('wallet', 'Error: the wallet is currently being used to rescan the blockchain…')
const NO_KEYS = errorCase('wallet', 'Error: This wallet has no available keys')
const RAN_OUT = errorCase('walletKeypoolRanOut', 'Error: Keypool ran out, please call keypoolrefill first')
const BAD_TYPE = errorCase('invalidAddressOrKey', "Unknown address type '…'")
const BAD_ADDRESS = errorCase('invalidAddressOrKey', 'Invalid Bitcoin address: …')
const BAD_LABEL = errorCase('walletInvalidLabelName', 'Invalid label name')
const NOT_A_HASH = errorCase('invalidParameter', '… must be of length 64 (not 3, for …)')
const NOT_OURS = errorCase('invalidAddressOrKey', 'Invalid or non-wallet transaction id')
const BAD_TRANSACTION = errorCase('deserialization', 'TX decode failed…')
const BAD_PSBT = errorCase('deserialization', 'TX decode failed, and what is wrong with the PSBT.')
const BAD_PSBT_VERSION = errorCase('invalidParameter', 'The PSBT version can only be 2 or 0')
const BAD_SIGHASH = errorCase('invalidParameter', "'…' is not a valid sighash parameter.")
const BAD_FEE = errorCase('invalidParameter', 'What is wrong with conf_target, estimate_mode or fee_rate.')
const BAD_OPTION = errorCase('invalidParameter', 'What is wrong with inputs, outputs or an option.')
const INSUFFICIENT = errorCase('walletInsufficientFunds', 'Insufficient funds')
const NO_PAYMENT = errorCase('wallet', 'Insufficient funds, or another reason why no transaction can be made.')
const NO_AVOIDANCE = errorCase('wallet', 'wallet does not have the "avoid reuse" feature enabled')

/** The errors of a method that is about one wallet. */
const ofWallet = (...more: readonly RpcErrorCase[]): readonly RpcErrorCase[] => [
  NOT_LOADED,
  errorCase('walletNotSpecified', 'Multiple wallets are loaded.…'),
  ...more,
]
const ofPayment = ofWallet(LOCKED, BAD_ADDRESS, BAD_FEE, BAD_OPTION, INSUFFICIENT, NO_PAYMENT)
const ofFunding = ofWallet(BAD_ADDRESS, BAD_FEE, BAD_OPTION, BAD_TYPE, RAN_OUT, NO_PAYMENT)
const ofBump = ofWallet(
  LOCKED,
  NOT_A_HASH,
  NOT_OURS,
  BAD_FEE,
  BAD_OPTION,
  BAD_PSBT_VERSION,
  errorCase('wallet', 'Why it cannot be replaced.'),
  errorCase('misc', 'What of the new fee is refused.'),
)

const WALLETS = {
  createwallet: [BAD_FILE, LOADING, errorCase('invalidParameter', 'Wallet name cannot be empty')],
  loadwallet: [NOT_FOUND, LOADING, errorCase('walletAlreadyLoaded', 'Wallet "…" is already loaded.')],
  restorewallet: [NOT_FOUND, EXISTS, LOADING, errorCase('invalidParameter', 'Backup file does not exist')],
  unloadwallet: [
    NOT_LOADED,
    RESCANNING,
    errorCase('invalidParameter', 'Either the RPC endpoint wallet or the wallet name parameter must be provided'),
    errorCase('invalidParameter', 'The RPC endpoint wallet and the wallet name parameter specify different wallets'),
  ],
  backupwallet: ofWallet(errorCase('wallet', 'Error: Wallet backup failed!')),
  listwallets: [],
  listwalletdir: [],
  migratewallet: [
    errorCase('wallet', 'Error: This wallet is already a descriptor wallet'),
    errorCase('wallet', 'Error: Wallets in Berkeley DB cannot be read here.…'),
    errorCase('wallet', 'Error: Wallet does not exist'),
    errorCase('invalidParameter', 'Either the RPC endpoint wallet or the wallet name parameter must be provided'),
    errorCase('invalidParameter', 'The RPC endpoint wallet and the wallet name parameter specify different wallets'),
  ],
  getwalletinfo: ofWallet(),
  setwalletflag: ofWallet(
    errorCase('invalidParameter', 'Unknown wallet flag: …'),
    errorCase('invalidParameter', 'Wallet flag is immutable: …'),
  ),
  encryptwallet: ofWallet(
    EMPTY_PASSPHRASE,
    BUSY,
    errorCase('walletWrongEncryptionState', 'Error: running with an encrypted wallet, but encryptwallet was called.'),
    errorCase('walletEncryptionFailed', 'Error: wallet does not contain private keys, nothing to encrypt.'),
  ),
  walletpassphrase: ofWallet(
    WRONG_PASSPHRASE,
    NOT_ENCRYPTED,
    EMPTY_PASSPHRASE,
    errorCase('invalidParameter', 'Timeout cannot be negative.'),
  ),
  walletlock: ofWallet(NOT_ENCRYPTED, BUSY),
  walletpassphrasechange: ofWallet(WRONG_PASSPHRASE, NOT_ENCRYPTED, EMPTY_PASSPHRASE, BUSY),
}

const ADDRESSES = {
  getnewaddress: ofWallet(NO_KEYS, RAN_OUT, BAD_TYPE, BAD_LABEL),
  getrawchangeaddress: ofWallet(NO_KEYS, RAN_OUT, BAD_TYPE),
  keypoolrefill: ofWallet(LOCKED, errorCase('invalidParameter', 'Invalid parameter, expected valid size.')),
  getaddressinfo: ofWallet(errorCase('invalidAddressOrKey', 'Invalid address')),
  setlabel: ofWallet(BAD_LABEL, errorCase('invalidAddressOrKey', 'Invalid Bitcoin address')),
  getaddressesbylabel: ofWallet(errorCase('walletInvalidLabelName', 'No addresses with label …')),
  listlabels: ofWallet(errorCase('invalidParameter', "Invalid 'purpose' argument…")),
  listaddressgroupings: ofWallet(),
  getreceivedbyaddress: ofWallet(
    errorCase('invalidAddressOrKey', 'Invalid Bitcoin address'),
    errorCase('wallet', 'Address not found in wallet'),
  ),
  getreceivedbylabel: ofWallet(BAD_LABEL, errorCase('wallet', 'Label not found in wallet')),
  listreceivedbyaddress: ofWallet(errorCase('wallet', 'address_filter parameter was invalid')),
  listreceivedbylabel: ofWallet(),
  importdescriptors: ofWallet(LOCKED, RESCANNING, PRUNED),
  listdescriptors: ofWallet(LOCKED, errorCase('wallet', "Can't get private descriptor string for watch-only wallets")),
  signmessage: ofWallet(
    LOCKED,
    errorCase('invalidAddressOrKey', 'Invalid address'),
    errorCase('invalidAddressOrKey', 'Private key not available'),
    errorCase('type', 'Address does not refer to key'),
  ),
}

const COINS = {
  getbalance: ofWallet(NO_AVOIDANCE),
  getbalances: ofWallet(),
  listunspent: ofWallet(BAD_ADDRESS, errorCase('invalidParameter', 'Invalid parameter, duplicated address: …')),
  lockunspent: ofWallet(NOT_A_HASH, errorCase('invalidParameter', 'Invalid parameter, expected unspent output')),
  listlockunspent: ofWallet(),
  listtransactions: ofWallet(
    errorCase('invalidParameter', 'Negative count'),
    errorCase('invalidParameter', 'Label argument must be a valid label name or "*".'),
  ),
  listsinceblock: ofWallet(NOT_A_HASH, BAD_LABEL, errorCase('invalidAddressOrKey', 'Block not found')),
  gettransaction: ofWallet(NOT_A_HASH, NOT_OURS),
  abandontransaction: ofWallet(
    NOT_A_HASH,
    NOT_OURS,
    errorCase('invalidAddressOrKey', 'Transaction not eligible for abandonment'),
  ),
  rescanblockchain: ofWallet(
    LOCKED,
    RESCANNING,
    PRUNED,
    errorCase('invalidParameter', 'Invalid start_height'),
    errorCase('invalidParameter', 'Invalid stop_height'),
    errorCase('misc', 'Rescan aborted.'),
  ),
  abortrescan: ofWallet(),
  importprunedfunds: ofWallet(
    BAD_TRANSACTION,
    errorCase('misc', 'SpanReader::read(): end of data: iostream error'),
    errorCase('invalidAddressOrKey', 'What the proof does not prove.'),
  ),
  removeprunedfunds: ofWallet(NOT_A_HASH, errorCase('wallet', 'Transaction … does not belong to this wallet')),
  exportwatchonlywallet: ofWallet(errorCase('wallet', "Error: Export destination '…' already exists")),
  gethdkeys: ofWallet(LOCKED),
  addhdkey: ofWallet(
    LOCKED,
    errorCase('invalidAddressOrKey', 'Could not parse HD key'),
    errorCase('wallet', 'HD key already exists'),
  ),
  createwalletdescriptor: ofWallet(
    LOCKED,
    BAD_TYPE,
    errorCase('invalidAddressOrKey', 'Private key for … is not known'),
    errorCase('wallet', 'Descriptor already exists'),
  ),
}

const BY_SIGNER = [
  errorCase('misc', 'What is wrong with what the external signer answers.'),
  errorCase('verify', 'External signer not found'),
]

const SPENDS = {
  sendtoaddress: [...ofPayment, NO_AVOIDANCE],
  sendmany: ofPayment,
  send: [...ofFunding, LOCKED, ...BY_SIGNER],
  sendall: [...ofFunding, LOCKED, INSUFFICIENT, ...BY_SIGNER],
  fundrawtransaction: [...ofFunding, BAD_TRANSACTION],
  walletcreatefundedpsbt: [...ofFunding, BAD_PSBT_VERSION],
  walletprocesspsbt: ofWallet(
    LOCKED,
    BAD_PSBT,
    BAD_SIGHASH,
    errorCase('deserialization', 'Specified sighash value does not match value stored in PSBT'),
    ...BY_SIGNER,
  ),
  signrawtransactionwithwallet: ofWallet(
    LOCKED,
    BAD_TRANSACTION,
    BAD_SIGHASH,
    errorCase('deserialization', 'Previous output scriptPubKey mismatch:…'),
  ),
  bumpfee: ofBump,
  psbtbumpfee: ofBump,
  walletdisplayaddress: ofWallet(
    errorCase('invalidAddressOrKey', 'Invalid address'),
    errorCase('misc', 'What is wrong with what the external signer answers.'),
  ),
  simulaterawtransaction: ofWallet(
    BAD_TRANSACTION,
    errorCase('invalidParameter', 'Transaction(s) are spending the same output more than once'),
    errorCase('invalidParameter', 'One or more transaction inputs are missing or have been spent already'),
  ),
}

/** What callers must reckon with, by method, beside wrong types (-3) and a wrong number of arguments (-1). */
export const WALLET_ERRORS: Readonly<Record<WalletMethodName, readonly RpcErrorCase[]>> = {
  ...WALLETS,
  ...ADDRESSES,
  ...COINS,
  ...SPENDS,
}

/** The same of the methods about external signers. */
export const SIGNER_ERRORS = {
  enumeratesigners: [
    errorCase('misc', 'Error: restart bitcoind with -signer=<cmd>'),
    errorCase('misc', 'What is wrong with what the external signer answers.'),
  ],
}
