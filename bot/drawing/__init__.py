"""Drawings of exercises: positions of a body, written as data, become pictures in one style.

A tool for who makes the campaign; the bot itself sends the pictures that stand in `templates/`.
"""
