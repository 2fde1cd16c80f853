"""A pattern in, what stands in all that it matches out, so that it need run nowhere else.

chars: sets of characters; known: what is known of a pattern. These two are all that is loaded
where what is known was kept. syntax: a pattern's parts; measures: how far they reach; variants:
all that they may be; words, shapes: what is needed of that; rarity: which of it is rare; walk:
all of it together.
"""
