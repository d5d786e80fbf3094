import { HARDENED } from '@ply/crypto'
import { parseUint32, refuse } from './expression.ts'

/** How a descriptor writes hardened steps. */
export type HardenedMark = "'" | 'h'

/** An index (hardened ones with HARDENED added), or the alternatives of a multipath step (BIP 389). */
export type KeyPathStep = number | readonly number[]

export interface ParsedKeyPath {
  readonly steps: readonly KeyPathStep[]
  /** The mark of the last hardened step, if there is one. */
  readonly mark: HardenedMark | undefined
}

/** Reads the steps of a path without its slashes (BIP 380; with `<0;1>` BIP 389). */
export function parseKeyPath(texts: readonly string[], allowMultipath: boolean): ParsedKeyPath {
  let mark: HardenedMark | undefined
  const parseIndex = (text: string): number => {
    const last = text.at(-1)
    const hardened = last === "'" || last === 'h'
    if (hardened) mark = last
    const digits = hardened ? text.slice(0, -1) : text
    const index = parseUint32(digits)
    if (index === undefined) return refuse(`Key path value '${digits}' is not a valid uint32`)
    if (index >= HARDENED) refuse(`Key path value ${index} is out of range`)
    return hardened ? index + HARDENED : index
  }
  let hasMultipath = false
  const steps = texts.map((text): KeyPathStep => {
    if (!text.startsWith('<') || !text.endsWith('>')) return parseIndex(text)
    if (!allowMultipath) {
      refuse(`Key path value '${text}' specifies multipath in a section where multipath is not allowed`)
    }
    if (hasMultipath) refuse('Multiple multipath key path specifiers found')
    hasMultipath = true
    const alternatives = text.slice(1, -1).split(';')
    if (alternatives.length < 2) refuse('Multipath key path specifiers must have at least two items')
    const seen = new Set<number>()
    for (const alternative of alternatives) {
      const index = parseIndex(alternative)
      if (seen.has(index)) refuse(`Duplicated key path value ${index} in multipath specifier`)
      seen.add(index)
    }
    return [...seen]
  })
  return { steps, mark }
}

const formatIndex = (index: number, mark: HardenedMark): string =>
  index >= HARDENED ? `${index - HARDENED}${mark}` : String(index)

/** `/0/1h/<2;3>`: each step with a slash in front. */
export function formatKeyPath(steps: readonly KeyPathStep[], mark: HardenedMark = 'h'): string {
  return steps
    .map((step) => (typeof step === 'number' ? step : step.map((index) => formatIndex(index, mark)).join(';')))
    .map((step) => (typeof step === 'number' ? `/${formatIndex(step, mark)}` : `/<${step}>`))
    .join('')
}

/** How many paths a multipath step stands for; 1 without one. */
export function countPaths(steps: readonly KeyPathStep[]): number {
  return steps.reduce<number>((count, step) => (typeof step === 'number' ? count : step.length), 1)
}

/** The path with one alternative chosen. */
export const choosePath = (steps: readonly KeyPathStep[], choice: number): readonly KeyPathStep[] =>
  steps.map((step) => (typeof step === 'number' ? step : step[choice]!))
