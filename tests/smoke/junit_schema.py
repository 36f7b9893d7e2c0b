"""The usual JUnit schema as CI viewers read it, as facts: elements, what may stand in which, and counts that must agree.

Source: the XML schema of Jenkins' xUnit plug-in for JUnit 4 (public), restated.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

SCHEMA = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="trouble" mixed="true">
    <xs:attribute name="message" type="xs:string"/>
    <xs:attribute name="type" type="xs:string"/>
  </xs:complexType>
  <xs:element name="testcase"><xs:complexType>
    <xs:choice minOccurs="0" maxOccurs="unbounded">
      <xs:element name="skipped" type="trouble"/>
      <xs:element name="error" type="trouble"/>
      <xs:element name="failure" type="trouble"/>
      <xs:element name="system-out" type="xs:string"/>
      <xs:element name="system-err" type="xs:string"/>
    </xs:choice>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="classname" type="xs:string"/>
    <xs:attribute name="time" type="xs:decimal"/>
    <xs:attribute name="file" type="xs:string"/>
    <xs:attribute name="line" type="xs:nonNegativeInteger"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType>
    <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="time" type="xs:decimal"/>
    <xs:attribute name="timestamp" type="xs:dateTime"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger"/>
    <xs:attribute name="time" type="xs:decimal"/>
  </xs:complexType></xs:element>
</xs:schema>
"""
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def flaws_of(file: Path) -> list[str]:
    """Return what a viewer would stumble over."""
    tree = etree.parse(file)
    schema = etree.XMLSchema(etree.fromstring(SCHEMA))
    flaws = [] if schema.validate(tree) else [str(schema.error_log)]
    for suite in tree.iter("testsuite"):
        counts = {"tests": len(suite.findall("testcase"))}
        counts |= {name: len(suite.findall(f"testcase/{tag}")) for name, tag in COUNTED.items()}
        flaws += [
            f"{name} is {suite.get(name)}, not {number}" for name, number in counts.items() if suite.get(name) != str(number)
        ]
    return flaws
