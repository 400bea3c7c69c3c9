import { within } from '../../platform/pages/page-rules.js';

/**
 * How a paper of the desk is laid out, in Typst: sheets with as many pages as it takes, or one page of a roll, as long as it takes.
 * What it says comes as JSON (`PaperPage`) and is text wherever it is set, never markup.
 */
export const paperTemplate = String.raw`
#let it = json(bytes(sys.inputs.data))
#let is-roll = it.paper == "roll80"
#let is-small = it.paper != "a4"
#let cell-inset = if is-small { 1mm } else { 1.6mm }
#let margin = if is-roll { 4mm } else if is-small { 10mm } else { 16mm }
// A thermal printer has no grey.
#let muted = if is-roll { black } else { luma(30%) }
#let alarm = if is-roll { black } else { rgb("#a4001d") }
#let hair = .5pt + muted

${within}
#let lines-of(lines) = stack(spacing: .5em, ..lines)
#let figure-of(words) = words.replace(" ", "\u{a0}")

#let cell(lines, is-figure) = lines-of(lines.map(line => {
  let words = if is-figure { figure-of(line.text) } else { within(line.text) }
  if line.look == "note" { text(size: .85em, fill: muted, words) } else { words }
}))

#let listed(it) = {
  // The last column of words takes the room that is left.
  let growing = it.columns.enumerate().filter(((_, column)) => not column.figures).last().first()
  table(
    columns: it.columns.enumerate().map(((index, column)) => if index == growing { 1fr } else { auto }),
    align: (x, y) => if it.columns.at(x).figures { right } else { left },
    stroke: (x, y) => (bottom: if y == 0 { 1pt } else { hair }),
    inset: (x, y) => (x: cell-inset, y: if is-small { 1.2mm } else { 1.6mm }),
    table.header(repeat: true, ..it.columns.map(column => text(weight: "bold", size: .85em, lines-of(column.title)))),
    ..it.rows.map(row => row.enumerate().map(((index, lines)) => table.cell(breakable: false, cell(lines, it.columns.at(index).figures)))).flatten(),
  )
}

#let foot = if not is-roll { context align(center, text(size: .8em, fill: muted, it.running + "  ·  " + it.pageWord + " " + str(counter(page).get().first()) + " / " + str(counter(page).final().first()))) }
#let head = if not is-roll { context if counter(page).get().first() > 1 { text(size: .8em, fill: muted, it.title + "  ·  " + it.place.practice) } }

#set document(title: it.title, date: none)
#set page(..if is-roll { (width: 80mm, height: auto) } else { (paper: it.paper) }, margin: (x: margin, top: if is-roll { 4mm } else { margin }, bottom: if is-roll { 8mm } else { margin + 4mm }),
  header: head, footer: foot, header-ascent: 3mm, footer-descent: 4mm,
  background: if it.mark != none and not is-roll { rotate(-38deg, text(size: if is-small { 40pt } else { 60pt }, weight: "bold", fill: luma(88%), it.mark)) })
#set text(font: it.families, size: if is-small { 8.2pt } else { 9.6pt }, lang: it.lang, fallback: false, hyphenate: false, number-width: "tabular", overhang: false)
#set par(leading: .55em)

#let letterhead = lines-of((
  text(weight: "bold", size: 1.35em, within(it.place.practice)), text(weight: "bold", within(it.place.chamber)),
  ..if it.place.address != "" { (text(fill: muted, within(it.place.address)),) }, ..if it.place.taxNumber != none { (within(it.place.taxNumber),) }))
#let headline = text(weight: "bold", size: 1.6em, it.title)

#if is-roll { align(center, { letterhead; block(above: 1.2em, headline) }) } else { grid(columns: (1fr, auto), column-gutter: 6mm, letterhead, align(right, headline)) }
#line(length: 100%, stroke: if is-roll { hair } else { 1pt })

#for notice in it.notices { block(width: 100%, inset: 2mm, above: 2mm, below: 2mm, stroke: 1pt + alarm, align(center, text(weight: "bold", fill: alarm, within(notice)))) }

#let strong-lines(lines) = lines-of(lines.map(words => text(weight: "bold", within(words))))
#let field(it) = lines-of((text(size: .8em, fill: muted, it.label), strong-lines(it.lines)))
#let told(label, body) = grid(columns: (auto, 1fr), column-gutter: 2mm, text(fill: muted, label + ":"), body)
#if is-roll { grid(columns: (auto, 1fr), column-gutter: 2mm, row-gutter: .6em, ..it.fields.map(each => (text(fill: muted, each.label), align(right, strong-lines(each.lines)))).flatten()) } else {
  // The numbers and the day in one piece, whatever room that leaves to the name.
  grid(columns: (1fr, auto, auto, auto), column-gutter: 4mm, ..it.fields.slice(0, 4).map(field))
  if it.fields.len() > 4 { grid(columns: (1fr, 1fr, 1fr), column-gutter: 4mm, ..it.fields.slice(4).map(field)) }
}

#if it.table != none { block(above: 1.4em, listed(it.table)) }

#let sum(it) = {
  let look = if it.strong { (weight: "bold", size: 1.15em) } else { (:) }
  (align(right, text(..look, it.label)), align(right, text(..look, figure-of(it.amount))))
}
#block(breakable: false, width: 100%, above: 1em, {
  pad(right: cell-inset, grid(columns: (1fr, auto), column-gutter: 4mm, row-gutter: .75em, ..it.sums.map(sum).flatten()))
  block(above: 1.2em, told(it.words.label, strong-lines(it.words.lines)))
})

#if it.payments != none {
  block(sticky: true, above: 1.6em, below: .6em, text(weight: "bold", it.payments.title))
  listed(it.payments.table)
}

#for each in it.notes { block(above: 1.2em, below: .6em, told(each.label, lines-of(each.lines.map(within)))) }

#if it.signature != none {
  if is-roll { block(above: 1.2em, told(it.signature.label, lines-of(it.signature.lines.map(within)))) } else {
    block(breakable: false, above: 14mm, width: 100%, align(right, block(width: 62mm, { line(length: 100%, stroke: hair); align(center, lines-of((strong-lines(it.signature.lines), text(size: .85em, fill: muted, it.signature.label)))) })))
  }
}
`;
