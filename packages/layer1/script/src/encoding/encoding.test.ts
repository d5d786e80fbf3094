import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OP_1, OP_CHECKSIG, OP_DUP, OP_EQUALVERIFY, OP_HASH160, OP_PUSHDATA4 } from '../opcode/opcodes.ts'
import { findAndDelete } from '../interpreter/findAndDelete.ts'
import { parseScriptAsm, scriptToAsm } from './asm.ts'
import { encodeDataPush, isMinimalPush } from './push.ts'
import { createScript, isPushOnly, isUnspendable, parseScript } from './script.ts'
import { decodeScriptNumber, encodeScriptNumber, isMinimalScriptNumber } from './scriptNumber.ts'

const SEED = { seed: 1, numRuns: 300 }

describe('script numbers', () => {
  it.each([
    [0, ''],
    [1, '01'],
    [-1, '81'],
    [127, '7f'],
    [128, '8000'],
    [-128, '8080'],
    [255, 'ff00'],
    [-255, 'ff80'],
    [0x7fffffff, 'ffffff7f'],
    [0x80000000, '0000008000'],
    [-0xffffffff, 'ffffffff80'],
  ])('%d is %s', (number, hex) => {
    expect(bytesToHex(encodeScriptNumber(number))).toBe(hex)
    expect(decodeScriptNumber(hexToBytes(hex), true, 5)).toBe(number)
  })

  it('round-trips what fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 39 - 1), max: 2 ** 39 - 1 }), (number) => {
        const bytes = encodeScriptNumber(number)
        expect(isMinimalScriptNumber(bytes)).toBe(true)
        expect(decodeScriptNumber(bytes, true, 5)).toBe(number === 0 ? 0 : number)
      }),
      SEED,
    )
  })

  it('refuses long and padded numbers', () => {
    expect(decodeScriptNumber(hexToBytes('0000000000'))).toBeUndefined()
    expect(decodeScriptNumber(hexToBytes('0100'), true)).toBeUndefined()
    expect(decodeScriptNumber(hexToBytes('80'), true)).toBeUndefined()
    expect(decodeScriptNumber(hexToBytes('80'))).toBe(0)
    expect(decodeScriptNumber(hexToBytes('0100'))).toBe(1)
  })
})

describe('scripts', () => {
  it('pushes in the shortest form', () => {
    const script = createScript([0n, 1n, 16n, 17n, -1n, new Uint8Array(0), Uint8Array.of(5), Uint8Array.of(0x81)])
    expect(bytesToHex(script)).toBe('005160' + '0111' + '4f' + '00' + '55' + '4f')
    for (const [length, prefix] of [
      [75, '4b'],
      [76, '4c4c'],
      [255, '4cff'],
      [256, '4d0001'],
      [65535, '4dffff'],
      [65536, '4e00000100'],
    ] as const) {
      const push = createScript([new Uint8Array(length)])
      expect(bytesToHex(push.subarray(0, push.length - length))).toBe(prefix)
      expect(isMinimalPush(new Uint8Array(length), push[0]!)).toBe(true)
    }
  })

  it('parses back what it created', () => {
    const part = fc.oneof(
      fc.integer({ min: OP_1 + 16, max: 255 }),
      fc.uint8Array({ minLength: 2, maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const operations = unwrap(parseScript(createScript(parts)))
        const back = operations.map(({ opcode, data }) => (data ? Uint8Array.from(data) : opcode))
        expect(back).toEqual(parts)
      }),
      SEED,
    )
  })

  it('tells broken scripts', () => {
    for (const hex of ['02aa', '4c', '4c05aa', '4d', '4dff', '4e000000', '4e01000000']) {
      expect(parseScript(hexToBytes(hex))).toMatchObject({ ok: false, error: { code: 'bad-script-push' } })
      expect(isPushOnly(hexToBytes(hex))).toBe(false)
    }
    expect(isPushOnly(hexToBytes('5002aabb60'))).toBe(true)
    expect(isPushOnly(hexToBytes('61'))).toBe(false)
    expect(isUnspendable(hexToBytes('6a'))).toBe(true)
    expect(isUnspendable(new Uint8Array(10_001))).toBe(true)
    expect(isUnspendable(new Uint8Array(10_000))).toBe(false)
    expect(isUnspendable(new Uint8Array(0))).toBe(false)
  })
})

describe('assembly', () => {
  it('prints as Bitcoin Core does', () => {
    const hash = new Uint8Array(20).fill(0xab)
    const script = createScript([OP_DUP, OP_HASH160, hash, OP_EQUALVERIFY, OP_CHECKSIG, 16n, -1n, 0n, 1000n, 0xfe])
    expect(scriptToAsm(script)).toBe(
      `OP_DUP OP_HASH160 ${'ab'.repeat(20)} OP_EQUALVERIFY OP_CHECKSIG 16 -1 0 1000 OP_UNKNOWN`,
    )
    expect(scriptToAsm(hexToBytes('51' + '02aa'))).toBe('1 [error]')
  })

  it('names the hash type of signatures', () => {
    const der =
      '304402203f16c6f40162ab686621ef3000b04e75418a0c0cb2d8aebeac894ae360ac1e780220ddc15ecdfc3507ac48e1681a33eb60996631bf6bf5bc0a0682c4db743ce7ca2b'
    const strict = der.replace('0220ddc1', '02205dc1')
    expect(scriptToAsm(encodeDataPush(hexToBytes(strict + '83')), true)).toBe(`${strict}[SINGLE|ANYONECANPAY]`)
    expect(scriptToAsm(encodeDataPush(hexToBytes(strict + '83')))).toBe(`${strict}83`)
    expect(scriptToAsm(encodeDataPush(hexToBytes(der + '01')), true)).toBe(`${der}01`)
  })

  it('reads numbers, raw bytes, texts and opcodes', () => {
    expect(bytesToHex(unwrap(parseScriptAsm("  1 -1 17 0x4c01 'Az' DUP OP_DUP RESERVED\n")))).toBe(
      '51' + '4f' + '0111' + '4c01' + '02417a' + '76' + '76' + '50',
    )
    for (const bad of ['OP_NOPE', '0xabc', '0x', "'", 'OP_PUSHDATA1', 'PUSHDATA1', '-', 'OP_CHECKSIGADD']) {
      expect(parseScriptAsm(bad), bad).toMatchObject({ ok: false, error: { code: 'unknown-opcode' } })
    }
    expect(parseScriptAsm('4294967296')).toMatchObject({ ok: false, error: { code: 'script-number-range' } })
  })
})

describe('findAndDelete', () => {
  // From Bitcoin Core's script_FindAndDelete.
  it.each([
    ['5152', '', '5152'],
    ['515253', '52', '5153'],
    ['535351535553535453', '53', '515554'],
    ['0302ff03', '0302ff03', ''],
    ['0302ff030302ff03', '0302ff03', ''],
    ['0302ff030302ff03', '02', '0302ff030302ff03'],
    ['0302ff030302ff03', 'ff', '0302ff030302ff03'],
    ['0302ff030302ff03', '03', '02ff0302ff03'],
    ['02feed5169', 'feed51', '02feed5169'],
    ['02feed5169', '02feed51', '69'],
    ['516902feed5169', 'feed51', '516902feed5169'],
    ['516902feed5169', '02feed51', '516969'],
    ['00005151', '0051', '0051'],
    ['000051005151', '0051', '0051'],
    ['0003feed', '03feed', '00'],
    ['0003feed', '00', '03feed'],
  ])('%s without %s is %s', (script, pattern, expected) => {
    expect(bytesToHex(findAndDelete(hexToBytes(script), hexToBytes(pattern)))).toBe(expected)
  })

  it('gives back the same array where nothing was found', () => {
    const script = Uint8Array.of(OP_PUSHDATA4)
    expect(findAndDelete(script, Uint8Array.of(0x51))).toBe(script)
  })
})
