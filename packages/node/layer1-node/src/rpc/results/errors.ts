import { errorCase, type RpcErrorCase } from '@ply/rpc'
import type { Layer1Method } from './results.ts'

const NONE: readonly RpcErrorCase[] = []
const NOT_A_HASH = errorCase('invalidParameter', '… must be of length 64 (not 3, for …)')
const NOT_HEX = errorCase('invalidParameter', '… must be hexadecimal string (not …)')
const NO_BLOCK = errorCase('invalidAddressOrKey', 'Block not found')
const UNKNOWN_BLOCK = [NOT_A_HASH, NO_BLOCK]
const UNKNOWN_TARGET = [...UNKNOWN_BLOCK, errorCase('invalidParameter', 'Target block height 9 after current tip 8')]
const NO_DATA = errorCase('misc', 'Block not available (pruned data), or not fully downloaded')
const NOT_IN_POOL = [NOT_A_HASH, errorCase('invalidAddressOrKey', 'Transaction not in mempool')]
const BAD_TRANSACTION = errorCase('deserialization', 'TX decode failed…')
const BAD_PSBT = errorCase('deserialization', 'TX decode failed, and what is wrong with the PSBT.')
const BAD_PSBT_VERSION = errorCase('invalidParameter', 'The PSBT version can only be 2 or 0')
const BAD_ADDRESS = errorCase('invalidAddressOrKey', 'Error: Invalid address')
const BAD_DESCRIPTOR = errorCase('invalidAddressOrKey', 'What is wrong with the descriptor.')
const BAD_RANGE = errorCase('invalidParameter', 'What is wrong with the range.')
const BAD_SCAN_OBJECT = errorCase('invalidParameter', 'Scan object needs to be either a string or an object')
const BAD_ACTION = errorCase('invalidParameter', "Invalid action '…'")
const BAD_KEY = errorCase('invalidAddressOrKey', 'Invalid private key')
const BAD_SIGHASH = errorCase('invalidParameter', "'…' is not a valid sighash parameter.")
const BAD_OUTPUTS = [
  errorCase('invalidParameter', 'Invalid parameter, and what is wrong with inputs, outputs or lock time.'),
  errorCase('invalidAddressOrKey', 'Invalid Bitcoin address: …'),
]
const BAD_FILTER_TYPE = errorCase('invalidAddressOrKey', 'Unknown filtertype')
const NO_FILTER_INDEX = errorCase('misc', 'Index is not enabled for filtertype basic')
const BAD_FEE_RATE = errorCase('invalidParameter', 'Fee rates larger than or equal to 1BTC/kvB are not accepted')
const BURNS = errorCase('verify', 'Unspendable output exceeds maximum configured by user (maxburnamount)')
const NEGATIVE_TIMEOUT = errorCase('misc', 'Negative timeout')
const NOT_MINED = errorCase('internal', 'ProcessNewBlock, block not accepted…')
const TESTED_BUG = [errorCase('misc', 'Internal bug detected: …')]
const NOT_PRIVATE = errorCase('methodNotFound', 'Private broadcast is not enabled…')
const REGTEST_ONLY = errorCase('misc', '… is for regression testing (-regtest mode) only')

const BLOCKCHAIN = {
  getblockcount: NONE,
  getbestblockhash: NONE,
  getblockhash: [errorCase('invalidParameter', 'Block height out of range')],
  getblockheader: UNKNOWN_BLOCK,
  getblock: [...UNKNOWN_BLOCK, NO_DATA],
  getblockfrompeer: [
    NOT_A_HASH,
    errorCase('misc', 'Block header missing, or another reason why it cannot be asked for.'),
  ],
  getblockchaininfo: NONE,
  getchainstates: NONE,
  getdifficulty: NONE,
  getchaintips: NONE,
  getchaintxstats: [
    ...UNKNOWN_BLOCK,
    errorCase('invalidParameter', 'Block is not in main chain'),
    errorCase('invalidParameter', "Invalid block count: should be between 0 and the block's height - 1"),
  ],
  getblockstats: [...UNKNOWN_TARGET, NO_DATA, errorCase('invalidParameter', "Invalid selected statistic '…'")],
  getblockfilter: [
    ...UNKNOWN_BLOCK,
    BAD_FILTER_TYPE,
    NO_FILTER_INDEX,
    errorCase('misc', 'Filter not found. Block filters are still in the process of being indexed.'),
  ],
  getdeploymentinfo: UNKNOWN_BLOCK,
  invalidateblock: [
    ...UNKNOWN_BLOCK,
    errorCase('database', 'Genesis cannot be invalidated, and neither can blocks under a snapshot.'),
  ],
  reconsiderblock: UNKNOWN_BLOCK,
  preciousblock: UNKNOWN_BLOCK,
  pruneblockchain: [
    errorCase('misc', 'Cannot prune blocks because node is not in prune mode.'),
    errorCase('misc', 'Blockchain is too short for pruning.'),
    errorCase('invalidParameter', 'Negative block height.'),
    errorCase('invalidParameter', 'Blockchain is shorter than the attempted prune height.'),
  ],
  verifychain: NONE,
  waitfornewblock: [NOT_A_HASH, NEGATIVE_TIMEOUT],
  waitforblockheight: [NEGATIVE_TIMEOUT],
  waitforblock: [NOT_A_HASH, NEGATIVE_TIMEOUT],
  gettxoutproof: [
    ...UNKNOWN_BLOCK,
    NO_DATA,
    errorCase('invalidParameter', "Parameter 'txids' cannot be empty, or names one twice."),
    errorCase('invalidAddressOrKey', 'Transaction not yet in block'),
    errorCase('invalidAddressOrKey', 'Not all transactions found in specified or retrieved block'),
  ],
  verifytxoutproof: [NOT_HEX, errorCase('invalidAddressOrKey', 'Block not found in chain')],
  gettxout: [NOT_A_HASH],
  gettxoutsetinfo: [
    ...UNKNOWN_TARGET,
    errorCase('invalidParameter', "'…' is not a valid hash_type"),
    errorCase('invalidParameter', 'Querying specific block heights requires coinstatsindex'),
    errorCase('internal', 'Unable to get data because coinstatsindex is still syncing.…'),
  ],
  dumptxoutset: [
    ...UNKNOWN_TARGET,
    errorCase('invalidParameter', '… already exists.…'),
    errorCase('invalidParameter', "Couldn't open file … for writing."),
    errorCase('misc', 'Could not roll back to requested height since necessary block data is already pruned.'),
  ],
  loadtxoutset: [
    errorCase('invalidParameter', "Couldn't open file … for reading."),
    errorCase('deserialization', 'Unable to parse metadata: …'),
    errorCase('internal', 'Unable to load UTXO snapshot: …'),
  ],
  getdescriptoractivity: [
    ...UNKNOWN_BLOCK,
    NO_DATA,
    BAD_DESCRIPTOR,
    BAD_SCAN_OBJECT,
    errorCase('invalidParameter', 'Block is not in main chain'),
  ],
  scanblocks: [
    BAD_ACTION,
    BAD_DESCRIPTOR,
    BAD_SCAN_OBJECT,
    BAD_FILTER_TYPE,
    NO_FILTER_INDEX,
    errorCase('invalidParameter', 'Scan already in progress, use action "abort" or "status"'),
    errorCase('misc', 'Invalid start_height, or stop_height'),
  ],
  scantxoutset: [
    BAD_ACTION,
    BAD_DESCRIPTOR,
    BAD_SCAN_OBJECT,
    errorCase('misc', 'scanobjects argument is required for the start action'),
  ],
}

const TRANSACTIONS = {
  getrawtransaction: [
    NOT_A_HASH,
    errorCase('invalidAddressOrKey', 'No such mempool or blockchain transaction.…'),
    errorCase('invalidAddressOrKey', 'Block hash not found'),
    errorCase('misc', 'Block not available'),
  ],
  decoderawtransaction: [BAD_TRANSACTION],
  decodescript: [NOT_HEX],
  createrawtransaction: BAD_OUTPUTS,
  combinerawtransaction: [
    BAD_TRANSACTION,
    errorCase('deserialization', 'Missing transactions. At least two transactions required.'),
    errorCase('invalidParameter', 'They are not versions of one transaction.'),
    errorCase('verify', 'Input not found or already spent'),
  ],
  signrawtransactionwithkey: [
    BAD_TRANSACTION,
    BAD_KEY,
    BAD_SIGHASH,
    errorCase('deserialization', 'Previous output scriptPubKey mismatch:…'),
    errorCase('invalidParameter', 'redeemScript/witnessScript does not match scriptPubKey'),
  ],
  sendrawtransaction: [
    BAD_TRANSACTION,
    BAD_FEE_RATE,
    BURNS,
    errorCase('verify', 'bad-txns-inputs-missingorspent, or the fee is over maxfeerate.'),
    errorCase('verifyRejected', 'The reason for which the mempool refuses it.'),
    errorCase('verifyAlreadyInChain', 'Transaction outputs already in utxo set'),
    errorCase('limitExceeded', 'Private broadcast queue is full'),
    errorCase('misc', '-privatebroadcast is enabled, but none of the Tor or I2P networks is reachable…'),
  ],
  getprivatebroadcastinfo: [NOT_PRIVATE],
  abortprivatebroadcast: [
    NOT_A_HASH,
    NOT_PRIVATE,
    errorCase('invalidAddressOrKey', 'Transaction not in private broadcast queue. Check getprivatebroadcastinfo.'),
  ],
  testmempoolaccept: [
    BAD_TRANSACTION,
    BAD_FEE_RATE,
    errorCase('invalidParameter', 'Array must contain between 1 and 25 transactions.'),
  ],
  submitpackage: [
    BAD_TRANSACTION,
    BAD_FEE_RATE,
    BURNS,
    errorCase('invalidParameter', 'Array must contain between 1 and 25 transactions.'),
    errorCase('verify', 'package topology disallowed.…'),
  ],
  getrawmempool: [errorCase('invalidParameter', 'Verbose results cannot contain mempool sequence values.')],
  getmempoolentry: NOT_IN_POOL,
  getmempoolancestors: NOT_IN_POOL,
  getmempooldescendants: NOT_IN_POOL,
  getmempoolcluster: NOT_IN_POOL,
  getmempoolfeeratediagram: NONE,
  getmempoolinfo: NONE,
  savemempool: [errorCase('misc', 'Unable to dump mempool to disk')],
  importmempool: [
    errorCase('misc', 'Unable to import mempool file, see debug log for details.'),
    errorCase('clientInInitialDownload', 'Can only import the mempool after the block download and sync is done.'),
  ],
  gettxspendingprevout: [NOT_A_HASH, errorCase('invalidParameter', 'Invalid parameter, outputs are missing')],
  prioritisetransaction: [
    NOT_A_HASH,
    errorCase(
      'invalidParameter',
      'Priority is no longer supported, dummy argument to prioritisetransaction must be 0.',
    ),
    errorCase('invalidParameter', 'Priority is not supported for transactions with dust outputs.'),
  ],
  getprioritisedtransactions: NONE,
  getorphantxs: [errorCase('invalidParameter', 'Invalid verbosity value …')],
}

const PSBT = {
  createpsbt: [...BAD_OUTPUTS, BAD_PSBT_VERSION],
  converttopsbt: [
    BAD_TRANSACTION,
    BAD_PSBT_VERSION,
    errorCase('deserialization', 'Inputs must not have scriptSigs and scriptWitnesses'),
  ],
  decodepsbt: [BAD_PSBT],
  analyzepsbt: [BAD_PSBT],
  combinepsbt: [
    BAD_PSBT,
    errorCase('invalidParameter', "Parameter 'txs' cannot be empty"),
    errorCase('invalidParameter', 'PSBTs not compatible (different transactions)'),
  ],
  joinpsbts: [
    BAD_PSBT,
    errorCase('invalidParameter', 'At least two PSBTs are required to join PSBTs.'),
    errorCase('invalidParameter', 'Input …:0 exists in multiple PSBTs'),
  ],
  finalizepsbt: [BAD_PSBT],
  utxoupdatepsbt: [BAD_PSBT, BAD_DESCRIPTOR, BAD_SCAN_OBJECT, BAD_RANGE],
  descriptorprocesspsbt: [
    BAD_PSBT,
    BAD_DESCRIPTOR,
    BAD_SCAN_OBJECT,
    BAD_RANGE,
    BAD_SIGHASH,
    errorCase('deserialization', 'Specified sighash value does not match value stored in PSBT'),
  ],
}

const MINING = {
  generatetoaddress: [BAD_ADDRESS, NOT_MINED],
  generatetodescriptor: [BAD_DESCRIPTOR, NOT_MINED, errorCase('invalidParameter', 'Ranged descriptor not accepted.…')],
  generateblock: [
    BAD_DESCRIPTOR,
    NOT_A_HASH,
    errorCase('invalidAddressOrKey', 'Transaction … not in mempool.'),
    errorCase('deserialization', 'Transaction decode failed for ….…'),
    errorCase('verify', 'TestBlockValidity failed: …'),
    NOT_MINED,
  ],
  generate: [errorCase('methodNotFound', 'It has been replaced.')],
  submitblock: [errorCase('deserialization', 'Block decode failed')],
  submitheader: [
    errorCase('deserialization', 'Block header decode failed'),
    errorCase('verify', 'The rule that the header breaks, or that its parent is not known.'),
  ],
  getmininginfo: NONE,
  getnetworkhashps: [
    errorCase('invalidParameter', 'Invalid nblocks. Must be a positive number or -1.'),
    errorCase('invalidParameter', 'Block does not exist at specified height'),
  ],
  getblocktemplate: [
    errorCase('invalidParameter', 'getblocktemplate must be called with the segwit rule set…'),
    errorCase('invalidParameter', 'Invalid mode'),
    errorCase('deserialization', 'Block decode failed'),
    errorCase('clientNotConnected', 'Nobody is connected (not on regtest).'),
    errorCase('clientInInitialDownload', 'The chain is not synced (not on regtest).'),
  ],
  getautomine: NONE,
  setautomine: [errorCase('invalidParameter', 'mode must be on, off, interval or poisson')],
  reorg: [BAD_ADDRESS, errorCase('invalidParameter', 'The chain has only 8 blocks')],
  echo: TESTED_BUG,
  echojson: TESTED_BUG,
  echoipc: NONE,
}

const NETWORK = {
  getnetworkinfo: NONE,
  getpeerinfo: NONE,
  getconnectioncount: NONE,
  addnode: [
    errorCase('clientNodeAlreadyAdded', 'Error: Node already added'),
    errorCase('clientNodeNotAdded', 'Error: Node could not be removed.…'),
    errorCase('invalidParameter', 'Error: v2transport requested but not enabled (see -v2transport)'),
  ],
  disconnectnode: [
    errorCase('clientNodeNotConnected', 'Node not found in connected nodes'),
    errorCase('invalidParams', 'Only one of address and nodeid should be provided.'),
  ],
  getaddednodeinfo: [errorCase('clientNodeNotAdded', 'Error: Node has not been added.')],
  addconnection: [
    REGTEST_ONLY,
    errorCase('invalidParameter', 'unknown connection type: …'),
    errorCase('clientNodeCapacityReached', 'Error: Already at capacity for specified connection type.'),
  ],
  ping: NONE,
  setban: [
    errorCase('clientInvalidIpOrSubnet', 'Error: Invalid IP/Subnet'),
    errorCase('clientInvalidIpOrSubnet', 'Error: Unban failed.…'),
    errorCase('clientNodeAlreadyAdded', 'Error: IP/Subnet already banned'),
    errorCase('invalidParameter', 'Error: Absolute timestamp is in the past'),
  ],
  clearbanned: NONE,
  listbanned: NONE,
  setnetworkactive: NONE,
  getnettotals: NONE,
  getnodeaddresses: [
    errorCase('invalidParameter', 'Address count out of range'),
    errorCase('invalidParameter', 'Network not recognized: …'),
  ],
  getaddrmaninfo: NONE,
  getrawaddrman: NONE,
  exportasmap: [errorCase('misc', 'No embedded ASMap data available')],
  addpeeraddress: [errorCase('clientInvalidIpOrSubnet', 'Invalid IP address')],
  sendmsgtopeer: [
    errorCase('invalidParameter', 'Error: msg_type too long, or the message is not hexadecimal.'),
    errorCase('misc', 'Error: Could not send message to peer'),
  ],
}

const CONTROL = {
  stop: NONE,
  uptime: NONE,
  getrpcinfo: NONE,
  setmocktime: [REGTEST_ONLY, errorCase('invalidParameter', 'Mocktime must be in the range [0, …], not ….')],
  mockscheduler: [REGTEST_ONLY, errorCase('misc', 'delta_time must be between 1 and 3600 seconds (1 hr)')],
  syncwithvalidationinterfacequeue: NONE,
  getmemoryinfo: [errorCase('invalidParameter', 'unknown mode …')],
  logging: [errorCase('invalidParameter', 'unknown logging category …')],
  getindexinfo: NONE,
  estimatesmartfee: [
    errorCase('invalidParameter', 'Invalid conf_target, must be between 1 and 1008'),
    errorCase('invalidParameter', 'Invalid estimate_mode parameter, must be one of: …'),
    errorCase('internal', 'Fee estimation disabled'),
  ],
  estimaterawfee: [
    errorCase('invalidParameter', 'Invalid conf_target, must be between 1 and 1008'),
    errorCase('invalidParameter', 'Invalid threshold'),
    errorCase('internal', 'Fee estimation disabled'),
  ],
  validateaddress: NONE,
  createmultisig: [
    errorCase('invalidAddressOrKey', 'Pubkey "…" must be a hex string'),
    errorCase('invalidAddressOrKey', "Unknown address type '…'"),
    errorCase('invalidParameter', 'not enough keys supplied (got 1 keys, but need at least 2 to redeem)'),
  ],
  getdescriptorinfo: [BAD_DESCRIPTOR],
  deriveaddresses: [BAD_DESCRIPTOR, BAD_RANGE],
  signmessagewithprivkey: [BAD_KEY],
  verifymessage: [
    errorCase('type', 'Address does not refer to key'),
    errorCase('invalidAddressOrKey', 'Invalid address'),
  ],
}

/** What callers must reckon with, by method, beside wrong types (-3) and a wrong number of arguments (-1). */
export const LAYER1_ERRORS: Readonly<Record<Layer1Method, readonly RpcErrorCase[]>> = {
  ...BLOCKCHAIN,
  ...TRANSACTIONS,
  ...PSBT,
  ...MINING,
  ...NETWORK,
  ...CONTROL,
}
