/** An option cannot be what it is: bitcoind's words, as they stand behind `Error: `. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}
