import { RPC_ERROR, type RpcErrorCase } from '@ply/rpc'

const NOT_A_HASH = { code: RPC_ERROR.invalidParameter, message: '… must be of length 64 (not 3, for …)' }
const UNKNOWN_BLOCK = [NOT_A_HASH, { code: RPC_ERROR.invalidAddressOrKey, message: 'Block not found' }]
const NO_DATA = { code: RPC_ERROR.misc, message: 'Block not available (pruned data), or not fully downloaded' }
const NOT_IN_POOL = [NOT_A_HASH, { code: RPC_ERROR.invalidAddressOrKey, message: 'Transaction not in mempool' }]
const BAD_TRANSACTION = { code: RPC_ERROR.deserialization, message: 'TX decode failed…' }
const BAD_ADDRESS = { code: RPC_ERROR.invalidAddressOrKey, message: 'Error: Invalid address' }
const BAD_DESCRIPTOR = { code: RPC_ERROR.invalidAddressOrKey, message: 'What is wrong with the descriptor.' }
const REFUSED = { code: RPC_ERROR.verifyRejected, message: 'The reason for which the mempool refuses it.' }
const REGTEST_ONLY = { code: RPC_ERROR.misc, message: '… is for regression testing (-regtest mode) only' }

/** What callers must reckon with, by method, beside wrong types (-3) and a wrong number of arguments (-1). */
export const LAYER1_ERRORS: Readonly<Record<string, readonly RpcErrorCase[]>> = {
  getblockhash: [{ code: RPC_ERROR.invalidParameter, message: 'Block height out of range' }],
  getblockheader: UNKNOWN_BLOCK,
  getblock: [...UNKNOWN_BLOCK, NO_DATA],
  getblockstats: [
    ...UNKNOWN_BLOCK,
    NO_DATA,
    { code: RPC_ERROR.invalidParameter, message: "Invalid selected statistic '…'" },
  ],
  getdeploymentinfo: UNKNOWN_BLOCK,
  getchaintxstats: [...UNKNOWN_BLOCK, { code: RPC_ERROR.invalidParameter, message: 'Block is not in main chain' }],
  invalidateblock: UNKNOWN_BLOCK,
  reconsiderblock: UNKNOWN_BLOCK,
  preciousblock: UNKNOWN_BLOCK,
  pruneblockchain: [
    { code: RPC_ERROR.misc, message: 'Cannot prune blocks because node is not in prune mode.' },
    { code: RPC_ERROR.invalidParameter, message: 'Blockchain is shorter than the attempted prune height.' },
  ],
  waitforblock: [NOT_A_HASH],
  gettxout: [NOT_A_HASH],
  gettxoutsetinfo: [
    ...UNKNOWN_BLOCK,
    { code: RPC_ERROR.invalidParameter, message: "'…' is not a valid hash_type" },
    { code: RPC_ERROR.invalidParameter, message: 'Querying specific block heights requires coinstatsindex' },
  ],
  dumptxoutset: [
    ...UNKNOWN_BLOCK,
    { code: RPC_ERROR.invalidParameter, message: '… already exists.…' },
    { code: RPC_ERROR.invalidParameter, message: "Couldn't open file … for writing." },
    {
      code: RPC_ERROR.misc,
      message: 'Could not roll back to requested height since necessary block data is already pruned.',
    },
  ],
  scantxoutset: [{ code: RPC_ERROR.invalidParameter, message: "Invalid action '…'" }, BAD_DESCRIPTOR],
  getdescriptoractivity: [
    ...UNKNOWN_BLOCK,
    { code: RPC_ERROR.invalidParameter, message: 'Block is not in main chain' },
    NO_DATA,
    BAD_DESCRIPTOR,
  ],
  gettxoutproof: [...UNKNOWN_BLOCK, { code: RPC_ERROR.invalidAddressOrKey, message: 'Transaction not yet in block' }],
  verifytxoutproof: [{ code: RPC_ERROR.invalidAddressOrKey, message: 'Block not found in chain' }],
  getrawtransaction: [
    NOT_A_HASH,
    { code: RPC_ERROR.invalidAddressOrKey, message: 'No such mempool or blockchain transaction.…' },
  ],
  decoderawtransaction: [BAD_TRANSACTION],
  createrawtransaction: [{ code: RPC_ERROR.invalidParameter, message: 'What is wrong with inputs or outputs.' }],
  combinerawtransaction: [BAD_TRANSACTION],
  signrawtransactionwithkey: [BAD_TRANSACTION, { code: RPC_ERROR.invalidAddressOrKey, message: 'Invalid private key' }],
  sendrawtransaction: [
    BAD_TRANSACTION,
    { code: RPC_ERROR.verify, message: 'bad-txns-inputs-missingorspent, or the fee is over maxfeerate.' },
    REFUSED,
    { code: RPC_ERROR.verifyAlreadyInChain, message: 'Transaction outputs already in utxo set' },
  ],
  testmempoolaccept: [BAD_TRANSACTION],
  submitpackage: [BAD_TRANSACTION, { code: RPC_ERROR.verify, message: 'package topology disallowed.…' }],
  getmempoolentry: NOT_IN_POOL,
  getmempoolancestors: NOT_IN_POOL,
  getmempooldescendants: NOT_IN_POOL,
  getmempoolcluster: NOT_IN_POOL,
  prioritisetransaction: [NOT_A_HASH],
  generatetoaddress: [BAD_ADDRESS],
  generatetodescriptor: [BAD_DESCRIPTOR],
  generateblock: [BAD_DESCRIPTOR, { code: RPC_ERROR.verify, message: 'TestBlockValidity failed: …' }],
  submitblock: [{ code: RPC_ERROR.deserialization, message: 'Block decode failed' }],
  submitheader: [
    { code: RPC_ERROR.deserialization, message: 'Block header decode failed' },
    { code: RPC_ERROR.verify, message: 'The rule that the header breaks, or that its parent is not known.' },
  ],
  getblocktemplate: [
    { code: RPC_ERROR.invalidParameter, message: 'getblocktemplate must be called with the segwit rule set…' },
    { code: RPC_ERROR.clientNotConnected, message: 'Nobody is connected (not on regtest).' },
    { code: RPC_ERROR.clientInInitialDownload, message: 'The chain is not synced (not on regtest).' },
  ],
  addnode: [
    { code: RPC_ERROR.clientNodeAlreadyAdded, message: 'Error: Node already added' },
    { code: RPC_ERROR.clientNodeNotAdded, message: 'Error: Node could not be removed.…' },
  ],
  disconnectnode: [{ code: RPC_ERROR.clientNodeNotConnected, message: 'Node not found in connected nodes' }],
  addconnection: [REGTEST_ONLY],
  setmocktime: [REGTEST_ONLY],
  mockscheduler: [REGTEST_ONLY],
  getdescriptorinfo: [BAD_DESCRIPTOR],
  deriveaddresses: [BAD_DESCRIPTOR],
  signmessagewithprivkey: [{ code: RPC_ERROR.invalidAddressOrKey, message: 'Invalid private key' }],
  verifymessage: [
    { code: RPC_ERROR.type, message: 'Address does not refer to key' },
    { code: RPC_ERROR.invalidAddressOrKey, message: 'Invalid address' },
  ],
  estimatesmartfee: [{ code: RPC_ERROR.invalidParameter, message: 'Invalid conf_target…' }],
}
