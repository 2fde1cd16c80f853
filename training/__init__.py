"""How the embedded model is made: data in, `corpus/detect/ner/model/` out."""
