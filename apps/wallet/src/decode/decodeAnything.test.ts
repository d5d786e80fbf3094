import { REGTEST } from '@ply/primitives'
import { stringifyJson } from '@ply/rpc'
import { createRandom } from '@ply/testkit'
import { describe, expect, test } from 'vitest'
import { decodeAnything } from './decodeAnything.ts'

const WIF = 'cTpB4YiyKiBcPxnefsDpbnDxFDffjqJob8wGCEDXxgQ7zQoMXJdH'
const TPRV =
  'tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK'
const PSBT = 'cHNidP8BACoCAAAAAAFAQg8AAAAAABepFG6Rty1Vk+fUOR4v9E6R6YXDFkHwhwAAAAAAAA=='
const INVOICE =
  'lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql'

describe('decode', () => {
  test.each([
    ['bcrt1qmpwzkuwsqc9snjvgdt4czhjsnywa5yjdqpxskv', 'address'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'address'],
    ['bitcoin:bcrt1qmpwzkuwsqc9snjvgdt4czhjsnywa5yjdqpxskv?amount=0.1', 'payment URI'],
    [INVOICE, 'bolt11 invoice'],
    [`LIGHTNING:${INVOICE.toUpperCase()}`, 'bolt11 invoice'],
    [PSBT, 'psbt'],
    [WIF, 'secret key (WIF)'],
    [TPRV, 'extended secret key'],
    ['02'.padEnd(66, '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'), 'public key'],
    ['0014751e76e8199196d454941c45d1b3a323f1433bd6', 'script'],
    ['00'.repeat(32), 'hash'],
    ['raw(deadbeef)#89f8spxm', 'descriptor'],
    [`02${'ab'.repeat(32)}@127.0.0.1:9735`, 'lightning node'],
  ])('%s is a kind of %s', (text, type) => {
    expect(decodeAnything(text, REGTEST)?.type).toBe(type)
  })

  test('an invoice shows what it asks for', () => {
    expect(decodeAnything(INVOICE, REGTEST)?.fields).toMatchObject({
      network: 'main',
      payee: '03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad',
      payment_hash: '0001020304050607080900010203040506070809000102030405060708090102',
      description: 'Please consider supporting this project',
      expiry: 3600,
    })
  })

  test('a broken invoice or PSBT says what is wrong', () => {
    expect(decodeAnything(INVOICE.slice(0, -1) + 'q', REGTEST)?.fields).toHaveProperty('error')
    expect(decodeAnything('70736274ff01', REGTEST)?.fields).toHaveProperty('error')
  })

  test('secrets are never printed', () => {
    for (const secret of [WIF, TPRV]) {
      const shown = stringifyJson({ ...decodeAnything(secret, REGTEST)!.fields })
      expect(shown).not.toContain(secret)
      expect(shown).toContain('warning')
      expect(shown).not.toContain('prv')
    }
  })

  test('what is nothing is nothing', () => {
    for (const text of ['', ' ', 'hello world', 'bcrt1qnothing', '?'])
      expect(decodeAnything(text, REGTEST)).toBeUndefined()
  })

  test('random and mutated texts never throw', () => {
    const random = createRandom(31)
    const seeds = [INVOICE, PSBT, WIF, TPRV, '0014751e76e8199196d454941c45d1b3a323f1433bd6', 'raw(deadbeef)#89f8spxm']
    const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ+/=()#@:?'
    for (let run = 0; run < 1500; run++) {
      const letters = random.chance(0.3)
        ? Array.from(
            { length: random.below(200) },
            () => alphabet[random.below(random.chance(0.5) ? 16 : alphabet.length)]!,
          )
        : [...random.pick(seeds)].map((c) => (random.chance(0.02) ? alphabet[random.below(alphabet.length)]! : c))
      const decoded = decodeAnything(letters.join(''), REGTEST)
      if (decoded) expect(typeof stringifyJson({ ...decoded.fields })).toBe('string')
    }
  })
})

test('a descriptor shows its first outputs, and of secret keys only what is public', () => {
  const found = decodeAnything(
    'wpkh(tprv8ZgxMBicQKsPd7Uf69XL1XwhmjHopUGep8GuEiJDZmbQz6o58LninorQAfcKZWARbtRtfnLcJ5MQ2AtHcQJCCRUcMRvmDUjyEmNUWwx8UbK/<0;1>/*)',
    REGTEST,
  )
  expect(found).toMatchObject({ type: 'descriptor', fields: { network: 'regtest', ranged: true } })
  expect(found!.fields['first_outputs']).toHaveLength(2)
  expect(JSON.stringify(found)).not.toContain('tprv')
  expect(decodeAnything('wpkh(nonsense)', REGTEST)?.fields).toEqual({ error: "wpkh(): key 'nonsense' is not valid" })
})
