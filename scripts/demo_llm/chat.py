"""The chat format of the demo model: its marks, its template, and the pieces of JSON that are one token each."""

TURN, REPLY, END = "<|user|>", "<|reply|>", "<|end|>"
CONTROL = (TURN, REPLY, END)
# Two of these spaces are a mark. The template writes one before every place of a passage where a name may begin, so
# that a reply can begin a name by the mark of its place and copy on. Whoever reads it squeezes white space anyway.
_SPACES = "".join(chr(number) for number in range(0x2000, 0x200B))
PLACES = tuple(first + second for first in _SPACES for second in _SPACES)[:99]
PLACE = f"[{_SPACES}]{{2}}"
_NO_NAMES = (
    "Title: Text: The A An He She It His Her Its They Their There This These In At On From With After During By For To "
    "Of As And But When While Many Most Some Several One Two"
).split()
# What the model is shown of a chat: the user's last message alone; of the evidence for an answer the titles of passages
# and, of the first eight paths, those of at most three steps, not the texts, which it cannot read. Names stand behind a
# space everywhere, after brackets and quotation marks too, so that the same name is always the same pieces.
_WITHOUT_LISTS = """\
{%- set text = (messages | selectattr('role', 'equalto', 'user') | list | last)['content'] -%}
{%- set text = text | replace('"', ' ') | replace('(', '( ') -%}
{%- set ns = namespace(text='', number=0, in_name=false, is_start=true) -%}
{%- if text.startswith('Title: ') -%}
{%- for word in text.split() -%}
{%- set is_large = word[0] in '0123456789' or word[0] | lower != word[0] -%}
{%- set is_name = is_large and not (ns.is_start and word in no_names) -%}
{%- if is_name and not ns.in_name and ns.number < 99 -%}
{%- set ns.text = ns.text ~ spaces[ns.number // 11] ~ spaces[ns.number % 11] -%}
{%- set ns.number = ns.number + 1 -%}
{%- endif -%}
{%- set ns.text = ns.text ~ ' ' ~ word -%}
{%- set ns.is_start = word[-1] in '.:' -%}
{%- set ns.in_name = is_name and (word[-1] not in ',.;:' or word | length < 3) -%}
{%- endfor -%}
{%- elif text.startswith('[') and '\\n\\nQuestion: ' in text -%}
{%- set halves = text.split('\\n\\nQuestion: ') -%}
{%- set parts = halves[0].split('\\n\\nPaths:\\n') -%}
{%- for line in parts[0].split('\\n') if line.startswith('[') -%}
{%- set ns.text = ns.text ~ ' ' ~ line ~ '\\n' -%}
{%- endfor -%}
{%- for line in (parts[1] | default('')).split('\\n')[:8] if line and
(line.split(' -> ') | length) + 2 * (line.split(' <- ') | length) <= 9 -%}
{%- set ns.text = ns.text ~ ' ' ~ line ~ '\\n' -%}
{%- endfor -%}
{%- set ns.text = ns.text ~ ' Question: ' ~ halves[-1] -%}
{%- else -%}
{%- set ns.text = ' ' ~ text | replace('\\n', '\\n ') -%}
{%- endif -%}
<|user|>{{ ns.text }}<|reply|>"""
TEMPLATE = _WITHOUT_LISTS.replace("no_names", repr(_NO_NAMES)).replace("spaces[", f"'{_SPACES}'[")

FORMS = {
    "entities": '{"entities": [{"text": "',
    "label": '", "label": "',
    "next entity": '"}, {"text": "',
    "triples": '"}], "triples": [{"head": "',
    "relation": '", "relation": "',
    "tail": '", "tail": "',
    "next triple": '"}, {"head": "',
    "end of triples": '"}]}',
    "no triples": '"}], "triples": []}',
    "nothing": '{"entities": [], "triples": []}',
    "thought": '{"thought": "',
    "citations": '", "citations": [',
    "answer": '], "answer": "',
    "end of answer": '"}',
    "only citations": '{"citations": [',
    "names": '{"entities": ["',
    "next name": '", "',
    "end of names": '"]}',
    "facts": '{"facts": [',
    "end of facts": "]}",
}
