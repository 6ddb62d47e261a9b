"""Canonical decompositions of Unicode 12, which Hugging Face's tokenizers use, Hangul syllables left out (they follow from a formula).

Made with Python 3.11 (Unicode 14). Usage: make_decompositions.py > decompositions.txt
"""
import unicodedata

NEWER = {0x11938}  # Of Unicode 13; there are no others between 12 and 14.


def main():
    print("# Unicode 12 canonical decompositions: make_decompositions.py")
    for code in range(0x110000):
        if 0xAC00 <= code <= 0xD7A3 or 0xD800 <= code <= 0xDFFF or code in NEWER:
            continue
        whole = unicodedata.normalize("NFD", chr(code))
        if whole != chr(code):
            print(f"{code:04X}", *(f"{ord(c):04X}" for c in whole))


main()
