/** A column: its title, and on which side its cells line up. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

// eslint's no-control-regex wants the escape character built rather than written.
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** Characters that a cell takes on screen. */
export const visibleLength = (text: string): number => [...text.replace(ANSI, '')].length

/** Rows under titles, columns two spaces apart. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => visibleLength(row[i] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, i) => {
        const cell = cells[i] ?? ''
        const padding = ' '.repeat(widths[i]! - visibleLength(cell))
        return column.align === 'right' ? padding + cell : cell + padding
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ title }) => title)), ...rows.map(line)]
}

/** Names and values, the values in one column. Pairs without a value are left out. */
export function formatFields(fields: readonly (readonly [string, string | undefined])[]): string[] {
  const present = fields.filter((field): field is readonly [string, string] => field[1] !== undefined)
  const width = Math.max(0, ...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
