"""Whether a listed name stands for itself here, or for someone's own, or in a longer name."""

from __future__ import annotations

import regex

_KIN = (
    "husband|wife|partner|son|daughter|brother|sister|mother|father|cousin|nephew|niece"
    "|dog|cat|horse|friend|colleague|boss|neighbou?r|pupil|deputy|trainee"
)
_JOB = (
    "accountant|analyst|associate|consultant|designer|developer|director|employee|engineer|intern"
    "|lead|manager|recruiter|rep|representative|scientist|specialist|trainer"
)
_AIMED = (
    "adept|amazing|angry|aim|aimed|awful|bad|beginner|best|better|decent|excellent|expert|glance"
    "|glanced|good|great|laugh|look|looked|looking|looks|mad|novice|ok|okay|peek|pro|proficient"
    "|skilled|stare|stared|staring|swear|terrible|thrown|worse"
)
_OWNED_BEFORE = regex.compile(
    r"(?i)(?:\b(?:employer|day job)(?:['\u2019]s| is| was|:| =)?"
    r"|\bpaid by|\b(?:hired|employed) (?:by|at)|\b(?:salary|wages?|money) comes? from"
    r"|\b(?:work(?:s|ed|ing)?|freelanc\w+|contract\w*|consult\w*|job|role|staff|intern\w*)"
    r" (?:at|for)"
    r"|\bon (?:staff|contract|loan) (?:with|to)|\bwe(?: are|['\u2019]re)"
    rf"|\b(?:{_JOB}) (?:at|with|for|of)"
    rf"|(?<!\b(?:{_AIMED}) )\bat|(?:\bbeen|\bi am|['\u2019]m) with"
    r"|\b(?:company|firm|agency|clinic|studio|practice|nursery|bank) (?:called|named)"
    r"|\bname(?:['\u2019]s| is| was)|\b(?:is|was|are|be|been) (?:called|named)"
    r"|\bcall(?:s|ed)? (?:it|him|her|me|them|us)|\b(?:mrs?|ms|miss|old|uncle|aunt|auntie)\.?"
    rf"|\b(?:my|our|his|her|your) (?:\w+ )?(?:{_KIN}),?"
    r"|\b(?:dog|cat|horse|hen|goat|cow)(?: is| was)?(?: called| named)?,?)\s+$"
)
_OWNED_AFTER = regex.compile(
    r"(?i)\s+(?:(?:employ(?:s|ed)|fired|hired|pa(?:ys|id)|promoted|transferred) (?:me|us|you)\b"
    r"|laid (?:me|us|off)\b|(?:=|is|was)\s+my employer"
    r"|(?:alumni|campus|colleagues|employees?|headquarters|hq|office|recruiters?)\b"
    r"|from (?:billing|accounts|accounting|finance|hr|it|legal|marketing|sales|support|reception"
    r"|the (?:warehouse|office|kitchen|shop))\b)"
    r"|['\u2019]s (?:\w+ )?(?:campus|department|headquarters|hq|office|payroll|team)\b"
    r"|[\s.,!?(-]{1,3}(?:no relation|no kidding|real name|i swear|truly|really\?"
    r"|i['\u2019]m serious"
    r"|(?:and )?(?:yes|no),? (?:i know|really|truly|not th[ae]t?|that is really|like the)"
    r"|not th[ae]t one"
    r"|like the (?:\w+ )?(?:app|software|tool|program|site|phone|singer|player|writer|composer)\b)"
)
_MOVED_BEFORE = regex.compile(r"(?i)\b(?:join(?:ed|ing)?|le(?:ft|ave|aving)|quit)\s+$")
_MOVED_AFTER = regex.compile(
    r"(?i)\s+(?:as|(?:back )?in (?:\d{4}|january|february|march|april|may"
    r"|june|july|august|september|october|november|december)|last \w+|straight)\b"
)
_LINE_BEFORE = regex.compile(r"(?:^|\n)\s*$")
_LABEL_AFTER = regex.compile(r":\s")

_JOINED_BEFORE = regex.compile(r"[^\W_][._@\\]$")
_JOINED_AFTER = regex.compile(
    r"[._@\\][^\W_]|[-/](?:[A-Z]+-)?\d|\s(?:dot|punkt|point)\s+[a-z]{2,4}\b"
)
_HYPHEN_BEFORE = regex.compile(r"[^\W_]-$")
_HYPHEN_AFTER = regex.compile(r"-[^\W_]")
_NUMBER_AFTER = regex.compile(r" \d{3}")
_AND_BEFORE = regex.compile(r"[A-Z][\w'\u2019]* & $")
_AND_AFTER = regex.compile(r" & [A-Z]")
_NAME_BEFORE = regex.compile(r"[^\W\d_][^.!?:;\u2026\n\"\u201c(]* [A-Z][a-z\u00e0-\u017f]+ $")
_NAME_AFTER = regex.compile(r" [A-Z][a-z\u00e0-\u017f]+")


def is_owned(before: str, after: str) -> bool:
    """Tell whether the mention is where someone works, or what someone or a pet is called."""
    return bool(
        _OWNED_BEFORE.search(before)
        or _OWNED_AFTER.match(after)
        or (_MOVED_BEFORE.search(before) and _MOVED_AFTER.match(after))
        or (_LINE_BEFORE.search(before) and _LABEL_AFTER.match(after))
    )


def is_part(before: str, mention: str, after: str) -> bool:
    """Tell whether the mention is part of a host, an address, a number or a longer name."""
    if _JOINED_BEFORE.search(before) or _JOINED_AFTER.match(after):
        return True
    if _HYPHEN_BEFORE.search(before) and _HYPHEN_AFTER.match(after):
        return True
    if not mention[0].isupper():
        return False
    if _NAME_AFTER.match(after) or (mention.isupper() and _NUMBER_AFTER.match(after)):
        return True
    if " " in mention:
        return False
    return bool(
        _AND_BEFORE.search(before) or _AND_AFTER.match(after) or _NAME_BEFORE.search(before)
    )
