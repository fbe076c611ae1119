# SPDX-License-Identifier: Apache-2.0
# What SARIF 2.1.0 asks of a log, for the members that we write: each problem is a line.
# Objects are closed but for `properties`, as in its schema.

def problem($ok; $what): if $ok then empty else $what end;
def only($known): type == "object" and (keys - $known) == [];
def text_of: only(["text"]) and (.text | type == "string" and length > 0);
def level: IN("none", "note", "warning", "error");
def count($least): type == "number" and . == floor and . >= $least;

# a URI reference: characters that may be in one, no colon before the first slash but after a scheme
def uri: type == "string" and length > 0 and
	test("^([-A-Za-z0-9._~/:@!$&'()*+,;=]|%[0-9A-F]{2})*$") and
	(test("^[^/]*:") | not) or test("^[a-z][-+.a-z0-9]*:/");

def rule: problem(only(["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"]); "a rule's members"),
	problem(.id | type == "string" and length > 0; "a rule's id"),
	problem((.shortDescription | text_of) and (.fullDescription | text_of) and (.help | text_of); "a rule's texts"),
	problem(.defaultConfiguration | only(["level"]) and (.level | level); "a rule's level");

def location: problem(only(["physicalLocation", "logicalLocations"]); "a location's members"),
	(.physicalLocation |
		problem(only(["artifactLocation", "region"]); "a place's members"),
		problem(.artifactLocation | only(["uri"]) and (.uri | uri); "an artifact's URI: \(.artifactLocation)"),
		problem(.region | only(["startLine"]) and (.startLine | count(1)); "a region")),
	problem(.logicalLocations // [{fullyQualifiedName: "x"}] | type == "array" and length > 0 and
		all(.[]; only(["fullyQualifiedName"]) and (.fullyQualifiedName | type == "string" and length > 0)); "a logical location");

def result($rules):
	problem(only(["ruleId", "ruleIndex", "level", "message", "locations", "properties"]); "a result's members"),
	problem((.ruleIndex | count(0)) and .ruleIndex < ($rules | length) and $rules[.ruleIndex].id == .ruleId; "a result's rule"),
	problem(.level | level; "a result's level"),
	problem(.message | text_of; "a result's message"),
	problem(.message.text // "" | gsub("\\{\\{|\\}\\}"; "") | test("[{}]") | not; "an argument in a message: \(.message.text)"),
	problem(.message.text // "" | test("(^|[^\\\\])\\[[^\\]]*\\]\\(") | not; "a link in a message: \(.message.text)"),
	problem(.locations | type == "array" and length == 1; "a result's locations"),
	(.locations[] | location),
	problem(.properties | type == "object"; "properties");

problem(only(["$schema", "version", "runs"]) and .version == "2.1.0" and (."$schema" | uri); "the log's members"),
problem(.runs | type == "array" and length == 1; "its runs"),
(.runs[] |
	problem(only(["tool", "results", "properties"]) and (.tool | only(["driver"])); "a run's members"),
	(.tool.driver |
		problem(only(["name", "version", "rules"]) and (.name | length > 0) and (.version | length > 0); "the driver"),
		problem([.rules[].id] | . == unique or (. | length) == (unique | length); "rules of one id"),
		(.rules[] | rule)),
	problem(.results | type == "array"; "the results"),
	.tool.driver.rules as $rules | .results[] | result($rules))
