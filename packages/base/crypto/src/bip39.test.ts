import { bytesToHex, hexToBytes } from '@ply/bytes'
import { describe, expect, test } from 'vitest'
import { ExtendedKey } from './bip32.ts'
import { entropyToMnemonic, isMnemonic, mnemonicToSeed } from './bip39.ts'

/** Of the reference vectors that BIP 39 names (github.com/trezor/python-mnemonic), passphrase `TREZOR`. */
const VECTORS = [
  [
    '00000000000000000000000000000000',
    'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
    'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
    'xprv9s21ZrQH143K3h3fDYiay8mocZ3afhfULfb5GX8kCBdno77K4HiA15Tg23wpbeF1pLfs1c5SPmYHrEpTuuRhxMwvKDwqdKiGJS9XFKzUsAF',
  ],
  [
    '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
    '2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607',
    'xprv9s21ZrQH143K2gA81bYFHqU68xz1cX2APaSq5tt6MFSLeXnCKV1RVUJt9FWNTbrrryem4ZckN8k4Ls1H6nwdvDTvnV7zEXs2HgPezuVccsq',
  ],
  [
    'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote',
    'dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e1613912f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad',
    'xprv9s21ZrQH143K2WFF16X85T2QCpndrGwx6GueB72Zf3AHwHJaknRXNF37ZmDrtHrrLSHvbuRejXcnYxoZKvRquTPyp2JiNG3XcjQyzSEgqCB',
  ],
] as const

describe('BIP 39', () => {
  test.each(VECTORS)('words, seed and master key of %s', (entropy, mnemonic, seed, xprv) => {
    expect(entropyToMnemonic(hexToBytes(entropy))).toBe(mnemonic)
    expect(isMnemonic(mnemonic)).toBe(true)
    expect(bytesToHex(mnemonicToSeed(mnemonic, 'TREZOR'))).toBe(seed)
    expect(ExtendedKey.fromSeed(hexToBytes(seed)).xprv).toBe(xprv)
  })

  test('a wrong checksum and an unknown word are no mnemonic', () => {
    expect(isMnemonic('zoo '.repeat(12).trim())).toBe(false)
    expect(isMnemonic(VECTORS[0][1].replace('about', 'satoshi'))).toBe(false)
    expect(isMnemonic('')).toBe(false)
  })
})
