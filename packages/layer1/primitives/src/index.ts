export {
  blockHeight,
  COIN,
  formatBtc,
  isMoneyRange,
  MAX_MONEY,
  msats,
  sats,
  type BlockHeight,
  type Msats,
  type Sats,
  type UnixTime,
} from './units.ts'
export { decodeDisplayHash, hashToDisplay, ZERO_HASH, type BlockHash, type Txid, type Wtxid } from './hash.ts'
export {
  COINBASE_INDEX,
  createOutPoint,
  isNullOutPoint,
  outPointKey,
  outPointMapKey,
  outPointOfMapKey,
  type OutPoint,
} from './outPoint.ts'
export {
  computeTxid,
  computeWtxid,
  outPointsOf,
  decodeTransaction,
  encodeTransaction,
  hasWitness,
  isCoinbase,
  readOutput,
  readTransaction,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  strippedSize,
  totalSize,
  transactionWeight,
  virtualSize,
  WITNESS_SCALE_FACTOR,
  writeOutput,
  writeTransaction,
  type Transaction,
  type TxInput,
  type TxOutput,
} from './transaction.ts'
export {
  blockSizes,
  blockWeight,
  computeBlockHash,
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  HEADER_SIZE,
  readBlock,
  readHeader,
  writeHeader,
  type Block,
  type BlockHeader,
} from './block.ts'
export {
  blockMerkleRoot,
  blockWitnessMerkleRoot,
  computeMerkleLevels,
  computeMerkleRoot,
  type MerkleRoot,
} from './merkle.ts'
export {
  difficultyAdjustmentInterval,
  type AssumeutxoData,
  type BuriedDeployment,
  type NetworkName,
  type NetworkParameters,
  type VersionBitsDeployment,
} from './network/parameters.ts'
export { createGenesisBlock, type GenesisFields } from './network/genesis.ts'
export { createSignet, MAIN, NETWORKS, REGTEST, SIGNET, TESTNET4 } from './network/networks.ts'
export {
  decodeAddress,
  decodeWif,
  encodeAddress,
  encodeWif,
  parseWitnessProgram,
  witnessProgramScript,
  type Wif,
  type WitnessProgram,
} from './address.ts'
export { type AddressErrors, explainAddressErrors } from './addressErrors.ts'
