import { stringifyJson } from './stringify.ts'
import { type JsonOutput, JsonText } from './value.ts'

/** An object with the members of all these objects, one after another, of which some are written already. */
export function joinMembers(...objects: readonly (JsonText | { readonly [name: string]: JsonOutput })[]): JsonText {
  const members = objects.map((each) => stringifyJson(each).slice(1, -1)).filter((text) => text !== '')
  return new JsonText(`{${members.join(',')}}`)
}
