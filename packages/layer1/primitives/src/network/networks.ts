import { ByteWriter, hexToBytes } from '@ply/bytes'
import { hash256, MAINNET_VERSIONS, TESTNET_VERSIONS } from '@ply/crypto'
import { computeBlockHash } from '../block.ts'
import { type BlockHash } from '../hash.ts'
import { ASSUMEUTXO } from './assumeutxo.ts'
import { createGenesisBlock } from './genesis.ts'
import type { NetworkName, NetworkParameters, VersionBitsDeployment } from './parameters.ts'

const TWO_WEEKS = 14 * 24 * 60 * 60
const TEN_MINUTES = 10 * 60
const POW_LIMIT_MAIN = (1n << 224n) - 1n

const fromDisplay = (text: string): BlockHash => hexToBytes(text).reverse() as BlockHash

const testdummyNever = (threshold: number): VersionBitsDeployment => ({
  bit: 28,
  startTime: 'never',
  timeout: Infinity,
  minActivationHeight: 0,
  period: 2016,
  threshold,
})

const testAddresses = (bech32Hrp: string, invoiceHrp: string): NetworkParameters['address'] => ({
  pubKeyHash: 111,
  scriptHash: 196,
  secretKey: 239,
  bech32Hrp,
  extendedKeys: TESTNET_VERSIONS,
  coinType: 1,
  invoiceHrp,
})

const mainGenesis = createGenesisBlock({ time: 1231006505, bits: 0x1d00ffff, nonce: 2083236893 })

export const MAIN: NetworkParameters = {
  name: 'main',
  magic: hexToBytes('f9beb4d9'),
  defaultPort: 8333,
  rpcPort: 8332,
  pruneAfterHeight: 100_000,
  transactionRate: { time: 1772055173, count: 1315805869, perSecond: 5.40111006496122 },
  assumeutxo: ASSUMEUTXO.main,
  genesis: mainGenesis,
  genesisHash: computeBlockHash(mainGenesis.header),
  address: {
    pubKeyHash: 0,
    scriptHash: 5,
    secretKey: 128,
    bech32Hrp: 'bc',
    extendedKeys: MAINNET_VERSIONS,
    coinType: 0,
    invoiceHrp: 'bc',
  },
  consensus: {
    subsidyHalvingInterval: 210_000,
    buriedHeights: { bip34: 227_931, bip65: 388_381, bip66: 363_725, csv: 419_328, segwit: 481_824 },
    bip34Hash: fromDisplay('000000000000024b89b42a942fe0d9fea3bb44ab7bd1b19115dd6a759c0808b8'),
    deployments: { testdummy: testdummyNever(1815) },
    scriptFlagExceptions: {
      '00000000000002dc756eebf4f49723ed8d30cc28a5f108eb94b1ba88ac4f9c22': [],
      '0000000000000000000f14c35b2d841e986ab5441de8c585d5ffe55ea1e395ad': ['P2SH', 'WITNESS'],
    },
    powLimit: POW_LIMIT_MAIN,
    powTargetTimespan: TWO_WEEKS,
    powTargetSpacing: TEN_MINUTES,
    powAllowMinDifficultyBlocks: false,
    powNoRetargeting: false,
    enforceBip94: false,
    signetChallenge: undefined,
    minimumChainWork: 0x1128750f82f4c366153a3a030n,
    assumeValid: '00000000000000000000ccebd6d74d9194d8dcdc1d177c478e094bfad51ba5ac',
  },
}

const testnet4Genesis = createGenesisBlock({
  time: 1714777860,
  bits: 0x1d00ffff,
  nonce: 393743547,
  message: '03/May/2024 000000000000000000001ebd58c244970b3aa9d783bb001011fbe8ea8e98e00e',
  outputKey: new Uint8Array(33),
})

export const TESTNET4: NetworkParameters = {
  name: 'testnet4',
  magic: hexToBytes('1c163f28'),
  defaultPort: 48333,
  rpcPort: 48332,
  pruneAfterHeight: 1000,
  transactionRate: { time: 1772013387, count: 14191421, perSecond: 0.01848579579528412 },
  assumeutxo: ASSUMEUTXO.testnet4,
  genesis: testnet4Genesis,
  genesisHash: computeBlockHash(testnet4Genesis.header),
  address: testAddresses('tb', 'tb'),
  consensus: {
    subsidyHalvingInterval: 210_000,
    buriedHeights: { bip34: 1, bip65: 1, bip66: 1, csv: 1, segwit: 1 },
    bip34Hash: undefined,
    deployments: { testdummy: testdummyNever(1512) },
    scriptFlagExceptions: {},
    powLimit: POW_LIMIT_MAIN,
    powTargetTimespan: TWO_WEEKS,
    powTargetSpacing: TEN_MINUTES,
    powAllowMinDifficultyBlocks: true,
    powNoRetargeting: false,
    enforceBip94: true,
    signetChallenge: undefined,
    minimumChainWork: 0x9a0fe15d0177d086304n,
    assumeValid: '0000000002368b1e4ee27e2e85676ae6f9f9e69579b29093e9a82c170bf7cf8a',
  },
}

/** The default signet's challenge: a 1-of-2 multisig. */
const SIGNET_CHALLENGE = hexToBytes(
  '512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c9540ce96883fe3b278760f048f5189f2e6c452ae',
)

/** BIP 325: a signet's magic is the start of the hash of its challenge. */
function signetMagic(challenge: Uint8Array): Uint8Array {
  return hash256(new ByteWriter().varBytes(challenge).finish()).slice(0, 4)
}

const signetGenesis = createGenesisBlock({ time: 1598918400, bits: 0x1e0377ae, nonce: 52613770 })

/** A signet of one's own (BIP 325): the default one, but for who may make blocks and for the magic. */
export const createSignet = (challenge: Uint8Array): NetworkParameters => ({
  ...SIGNET,
  magic: signetMagic(challenge),
  transactionRate: { time: 0, count: 0, perSecond: 0 },
  consensus: { ...SIGNET.consensus, signetChallenge: challenge, minimumChainWork: 0n, assumeValid: undefined },
})

export const SIGNET: NetworkParameters = {
  name: 'signet',
  magic: signetMagic(SIGNET_CHALLENGE),
  defaultPort: 38333,
  rpcPort: 38332,
  pruneAfterHeight: 1000,
  transactionRate: { time: 1772055248, count: 28676833, perSecond: 0.06736623436338929 },
  assumeutxo: ASSUMEUTXO.signet,
  genesis: signetGenesis,
  genesisHash: computeBlockHash(signetGenesis.header),
  address: testAddresses('tb', 'tbs'),
  consensus: {
    subsidyHalvingInterval: 210_000,
    buriedHeights: { bip34: 1, bip65: 1, bip66: 1, csv: 1, segwit: 1 },
    bip34Hash: undefined,
    deployments: { testdummy: testdummyNever(1815) },
    scriptFlagExceptions: {},
    powLimit: 0x377aen << 216n,
    powTargetTimespan: TWO_WEEKS,
    powTargetSpacing: TEN_MINUTES,
    powAllowMinDifficultyBlocks: false,
    powNoRetargeting: false,
    enforceBip94: false,
    signetChallenge: SIGNET_CHALLENGE,
    minimumChainWork: 0xb463ea0a4b8n,
    assumeValid: '00000008414aab61092ef93f1aacc54cf9e9f16af29ddad493b908a01ff5c329',
  },
}

const regtestGenesis = createGenesisBlock({ time: 1296688602, bits: 0x207fffff, nonce: 2 })

export const REGTEST: NetworkParameters = {
  name: 'regtest',
  magic: hexToBytes('fabfb5da'),
  defaultPort: 18444,
  rpcPort: 18443,
  pruneAfterHeight: 1000,
  transactionRate: { time: 0, count: 0, perSecond: 0.001 },
  assumeutxo: ASSUMEUTXO.regtest,
  genesis: regtestGenesis,
  genesisHash: computeBlockHash(regtestGenesis.header),
  address: testAddresses('bcrt', 'bcrt'),
  consensus: {
    subsidyHalvingInterval: 150,
    buriedHeights: { bip34: 1, bip65: 1, bip66: 1, csv: 1, segwit: 0 },
    bip34Hash: undefined,
    deployments: {
      testdummy: { bit: 28, startTime: 0, timeout: Infinity, minActivationHeight: 0, period: 144, threshold: 108 },
    },
    scriptFlagExceptions: {},
    powLimit: (1n << 255n) - 1n,
    powTargetTimespan: 24 * 60 * 60,
    powTargetSpacing: TEN_MINUTES,
    powAllowMinDifficultyBlocks: true,
    powNoRetargeting: true,
    enforceBip94: false,
    signetChallenge: undefined,
    minimumChainWork: 0n,
    assumeValid: undefined,
  },
}

export const NETWORKS: Readonly<Record<NetworkName, NetworkParameters>> = {
  main: MAIN,
  testnet4: TESTNET4,
  signet: SIGNET,
  regtest: REGTEST,
}
