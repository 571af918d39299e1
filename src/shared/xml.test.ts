import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { compileSchema, escapeXml, parseXml, XML_LIMITS, type XmlElement } from './xml.ts'

const read = (text: string) => parseXml(Buffer.from(text))

function rootOf(text: string): XmlElement {
  const reading = read(text)
  assert(reading.kind === 'document', JSON.stringify(reading))
  return reading.root
}

test('an element comes out with its name, namespace, attributes, children and own text', () => {
  const root = rootOf('<p:a xmlns:p="urn:x" b="1 &lt; 2">one<!-- not this --><c/>&amp;<![CDATA[<two>]]></p:a>')
  assert.equal(root.name, 'a')
  assert.equal(root.namespace, 'urn:x')
  assert.deepEqual([...root.attributes], [['b', '1 < 2']])
  assert.deepEqual(
    root.children.map(({ name, namespace, text }) => [name, namespace, text]),
    [['c', '', '']],
  )
  assert.equal(root.text, 'one&<two>')
})

// biome-ignore format: a table
const REFUSED: readonly [why: string, text: string, reason: RegExp][] = [
  ['DOCTYPE comes before everything',       '<!DOCTYPE a><a/>',                                    /document type/],
  ['in small letters',                      '<!doctype a><a/>',                                    /document type/],
  ['after a comment that hides nothing',    '<!-- <a> --><!DOCTYPE a><a/>',                        /document type/],
  ['inside an element',                     '<a><!ENTITY x "y"></a>',                              /document type/],
  ['a tag with a > in quotes',              '<a b=">"><!DOCTYPE a></a>',                           /document type/],
  ['an instruction for some processor',     '<a><?php echo 1 ?></a>',                              /processing instruction/],
  ['a style sheet',                         '<?xml-stylesheet href="x"?><a/>',                     /processing instruction/],
  ['a comment that never ends',             '<a><!-- ',                                            /./],
  ['a quote that never ends',               '<a b="',                                              /./],
  ['CDATA that never ends',                 '<a><![CDATA[',                                        /./],
  ['one level too deep',                    `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`,             /nested deeper than 64/],
  ['two roots',                             '<a/><b/>',                                            /Extra content/],
  ['the same attribute twice',              '<a b="1" b="2"/>',                                    /redefined/],
  ['an unclosed element',                   '<a><b></a>',                                          /mismatch/],
  ['a prefix that means nothing',           '<p:a/>',                                              /prefix/],
]
for (const [why, text, reason] of REFUSED) {
  test(`refused: ${why}`, () => {
    const reading = read(text)
    assert(reading.kind === 'unreadable', JSON.stringify(reading))
    assert.match(reading.reason, reason)
  })
}

// biome-ignore format: a table
const TAKEN: readonly [why: string, text: string][] = [
  ['a declaration in a comment',    '<a><!-- <!DOCTYPE a> --></a>'],
  ['a declaration in CDATA',        '<a><![CDATA[<!DOCTYPE a>]]></a>'],
  ['as deep as allowed',            `${'<a>'.repeat(64)}${'</a>'.repeat(64)}`],
  ['a hundred empty elements in a row are not deep', `<a>${'<b c="/"/>'.repeat(100)}</a>`],
  ['a byte order mark',             '\ufeff<a/>'],
  ['a declared UTF-8',              '<?xml version="1.0" encoding="utf-8"?><a/>'],
]
for (const [why, text] of TAKEN) test(`taken: ${why}`, () => assert.equal(rootOf(text).name, 'a'))

test('the size is judged before anything else, in time that does not depend on the rest', () => {
  const reading = parseXml(Buffer.alloc(XML_LIMITS.maxBytes + 1, '<'))
  assert.deepEqual(reading, { kind: 'unreadable', reason: 'longer than 262144 bytes' })
})

test('a quarter of a megabyte of quotes and brackets is judged in a moment', () => {
  const before = performance.now()
  for (const unit of ['<a b="', '<!--', '<![CDATA[', '<a ', "<a '>'", '</'])
    read(unit.repeat(Math.floor(XML_LIMITS.maxBytes / unit.length)))
  assert(performance.now() - before < 5_000)
})

test('a schema says what is against a document, and the document can be read all the same', () => {
  const schema = compileSchema(
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:integer"/></xs:schema>',
  )
  const right = parseXml(Buffer.from('<a>1</a>'), schema)
  assert(right.kind === 'document')
  assert.deepEqual(right.violations, [])
  const wrong = parseXml(Buffer.from('<a>one</a>'), schema)
  assert(wrong.kind === 'document')
  assert.equal(wrong.root.text, 'one')
  assert.equal(wrong.violations.length, 1)
  assert.match(wrong.violations[0]!, /not a valid value/)
})

test('a wrong schema is found when it is compiled', () => {
  assert.throws(() => compileSchema('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element/></xs:schema>'))
})

test('what is escaped is read back', () => {
  const text = `<&>"'\r\n\t]]> é 🎉`
  assert.equal(rootOf(`<a b="${escapeXml('<&>"\'')}">${escapeXml(text)}</a>`).text, text)
})

test('no memory is kept: five thousand messages do not make the parser grow', { timeout: 60_000 }, () => {
  const bytes = Buffer.from(`<a>${'<b>text</b>'.repeat(20)}</a>`)
  for (let count = 0; count < 1_000; count += 1) parseXml(bytes)
  const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers
  for (let count = 0; count < 5_000; count += 1) parseXml(bytes)
  assert(process.memoryUsage().external + process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024)
})
