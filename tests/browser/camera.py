"""What the fake camera films: a printed code, lying still."""

from pathlib import Path

import segno

WIDTH, HEIGHT, SCALE, FRAMES = 640, 480, 8, 4
TABLE, PAPER, INK, GREY = 200, 235, 16, 128


def film_code(path: Path, text: str) -> Path:
    """Write an uncompressed film (YUV4MPEG2, 4:2:0) of the text as a QR code with its quiet zone."""
    matrix = [list(row) for row in segno.make(text, micro=False).matrix_iter(scale=SCALE, border=4)]
    side = len(matrix)
    top, left = (HEIGHT - side) // 2, (WIDTH - side) // 2
    luma = bytearray([TABLE]) * (WIDTH * HEIGHT)
    for number, row in enumerate(matrix):
        begin = (top + number) * WIDTH + left
        luma[begin : begin + side] = bytes(INK if dark else PAPER for dark in row)
    frame = b"FRAME\n" + bytes(luma) + bytes([GREY]) * (WIDTH * HEIGHT // 2)
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * FRAMES)
    return path
